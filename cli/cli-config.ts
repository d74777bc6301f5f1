import {Config} from '@oclif/core/config'
import type {Options} from '@oclif/core/interfaces'
import type {Composition} from './composition.ts'

/** oclif's configuration, carrying what commands work with; and the exit code of a command that failed in part. */
export class CliConfig extends Config {
  readonly composition: Composition
  exitCode = 0

  constructor(options: Options, composition: Composition) {
    super(options)
    this.composition = composition
  }
}
