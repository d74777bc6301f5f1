import {stopTarget} from '../../supervisor/stop-target.ts'
import type {TargetMachine, TargetState} from '../../supervisor/machine.ts'
import type {Paths} from '../../paths.ts'
import {closeFiles, openFiles} from './private-files.ts'
import {removePartials, stalePartials} from './stale.ts'

export interface FixRequest {
  readonly paths: Pick<Paths, 'state' | 'data'>
  readonly targets: readonly {readonly name: 'local' | 'host'; readonly machine: TargetMachine<TargetState>}[]
  readonly dryRun: boolean
}

/** Mends what can be mended without asking: nothing of anybody is lost by it. Answers with what was, or would be, done. */
export async function fixWhatIsSafe({paths, targets, dryRun}: FixRequest): Promise<string[]> {
  const open = await openFiles(paths)
  const partials = await stalePartials(paths)
  const gone: FixRequest['targets'][number][] = []
  for (const target of targets) if (await isGone(target.machine)) gone.push(target)
  if (dryRun) {
    return [
      ...open.map(({path, mode}) => `chmod 0600 ${path} (is ${mode})`),
      ...partials.map((path) => `remove ${path}`),
      ...gone.map(({name}) => `clear away what a killed ${name} has left: todo5 down ${name}`),
    ]
  }
  const done = [...(await closeFiles(open)), ...(await removePartials(partials))]
  for (const {name, machine} of gone) {
    await stopTarget(machine, {deleteData: false})
    done.push(`cleared away what a killed ${name} had left`)
  }
  return done
}

/** It says that it runs, or has programs that do, and its process is not there. */
export async function isGone(machine: TargetMachine<TargetState>): Promise<boolean> {
  const state = await machine.readState()
  if (state && (await machine.isAlive(state))) return false
  return (await machine.hasState()) || (await machine.hasRemains())
}
