import {execa} from 'execa'
import {tmpdir} from 'node:os'
import {packagePath} from '../../services/package-root.ts'
import {isBuilt, LocalTarget} from '../support/local-target.ts'

/** `run` and `stop` of a bench that works on one new local target as people have it: built, and on a disk. */
export function onLocalTarget<Report>(measure: (local: LocalTarget, args: readonly string[]) => Promise<Report>): {
  readonly run: (args: readonly string[]) => Promise<Report>
  readonly stop: () => Promise<void>
} {
  let local: LocalTarget | undefined
  const stop = async (): Promise<void> => {
    await local?.dispose()
    local = undefined
  }
  return {
    stop,
    run: async (args) => {
      try {
        if (!isBuilt()) await execa(process.execPath, [packagePath('bin', 'build.js')])
        local = await LocalTarget.create({base: tmpdir()})
        return await measure(local, args)
      } finally {
        await stop()
      }
    },
  }
}
