import type {TargetMachine, TargetState} from '../supervisor/machine.ts'
import {type Stopped, stopTarget} from '../supervisor/stop-target.ts'

export interface DownRequest {
  readonly deleteData: boolean
  readonly dryRun: boolean
  readonly signal: AbortSignal
  /** Resolves when the person agrees to lose what the lines name; rejects when not. */
  readonly confirm: (lines: readonly string[]) => Promise<void>
}

export type TargetDown<Name extends string> =
  | {readonly dry_run: true; readonly steps: readonly string[]}
  | ({readonly target: Name} & Stopped)

/** Ends a target after a yes to what is lost, or says what it would do. */
export async function takeDownTarget<Name extends string, State extends TargetState>(
  {deleteData, dryRun, signal, confirm}: DownRequest,
  what: {
    readonly target: Name
    readonly machine: TargetMachine<State>
    /** What is deleted with `deleteData`, a line each. */
    readonly loss: readonly string[]
    /** What is left even then. */
    readonly kept?: string | undefined
    /** How it is stopped, in order; none when nothing runs. */
    readonly stopSteps: () => Promise<readonly string[]>
    readonly stopLimitMs?: number
  },
): Promise<TargetDown<Name>> {
  const {target, machine, loss, kept, stopSteps, stopLimitMs} = what
  const keeps = kept === undefined ? [] : [kept]
  if (dryRun) {
    const losing = [...loss.map((line) => `delete ${line}`), ...keeps.map((line) => `keep ${line}`)]
    const steps = [...(await stopSteps()), ...(deleteData ? losing : [])]
    return {dry_run: true, steps: steps.length === 0 ? ['nothing: nothing runs'] : steps}
  }
  if (deleteData) await confirm([...loss.map((line) => `deletes ${line}`), ...keeps.map((line) => `keeps   ${line}`)])
  const limit = stopLimitMs === undefined ? {} : {stopLimitMs}
  return {target, ...(await stopTarget(machine, {deleteData, signal, ...limit}))}
}
