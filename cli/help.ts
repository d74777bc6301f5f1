import {Help} from '@oclif/core/help'
import type {CliConfig} from './cli-config.ts'
import type {Output} from './output.ts'

/** oclif's help, to our terminal and in its width. */
export class CliHelp extends Help {
  readonly #out: Output

  constructor(config: CliConfig, out: Output) {
    const width = out.isTTY ? Math.max(40, Math.min(out.columns, 100)) : 80
    super(config, {...config.pjson.oclif.helpOptions, maxWidth: width, stripAnsi: !out.colour})
    this.#out = out
  }

  protected override log(...args: string[]): void {
    this.#out.data(...args.map((text) => text.replace(/\n+$/u, '')))
  }
}
