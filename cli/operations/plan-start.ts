import {lookFor, type TargetMachine, type TargetState} from '../supervisor/machine.ts'
import {restartReason, type StartedAs} from '../supervisor/restart-reason.ts'

/** How the plan of every `up` begins. */
export type Beginning =
  /** There is nothing to start: it `runs`, or another command starts it. */
  | {readonly over: true; readonly runs: boolean; readonly steps: string[]}
  /** Something is to be started; `remains` may be left of one that was killed. */
  | {readonly over: false; readonly remains: boolean; readonly steps: string[]}

/** What runs there now, and what has to be stopped first. Looks, changes nothing. */
export async function planStart<State extends TargetState & StartedAs>(
  machine: TargetMachine<State>,
  {version, options}: {version: string; options: Readonly<Record<string, unknown>>},
): Promise<Beginning> {
  const found = await lookFor(machine)
  if (found.kind === 'starting') {
    return {over: true, runs: false, steps: [`wait for the todo5 that starts already (pid ${found.state.pid})`]}
  }
  if (found.kind !== 'ready') return {over: false, remains: found.kind === 'none', steps: []}
  const {state} = found
  const reason = restartReason(state, {version, build: await machine.buildStamp(), options})
  if (reason === undefined) {
    return {over: true, runs: true, steps: [`nothing: todo5 ${version} runs (pid ${state.pid})`]}
  }
  const stop = `stop todo5 ${state.version} (pid ${state.pid}): ${reason.replace('_', ' ')}`
  return {over: false, remains: false, steps: [stop]}
}
