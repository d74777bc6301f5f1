import {CliError} from '../../errors.ts'
import type {Stage} from '../cluster/stages.ts'
import {type ReleaseRunning, runWatched, StageFailure} from '../release/run-watched.ts'
import type {CloudPlace} from './cloud-place.ts'

export interface CloudVerb {
  readonly verb: 'deploy' | 'destroy' | (string & {})
  /** What is as it was when a stage fails; undefined: it may be half gone. */
  readonly untouched: string | undefined
}

/** @throws CliError that says how far it came, and how it goes on; `state_locked` as it is; the reason of `signal` */
export async function runCloudStages(
  stages: readonly Stage[],
  place: CloudPlace,
  {toolchain, signal, onEvent}: ReleaseRunning,
  {verb, untouched}: CloudVerb,
): Promise<void> {
  let stage = ''
  const {target, environment, name} = place
  const again = `todo5 ${verb} ${target} --env ${environment}        goes on from there`
  const left = untouched === undefined ? `part of ${name} may be gone` : `${untouched} in ${name} is as it was`
  try {
    await runWatched(
      stages,
      {
        toolchain,
        signal,
        onEvent: (event) => {
          ;({stage} = event)
          onEvent(event)
        },
      },
      undefined,
    )
  } catch (error) {
    if (signal.aborted) throw interruptedAt(stage, left, again, signal.reason)
    if (!(error instanceof StageFailure)) throw error
    const {code, exit, hints, excerpt, message} = error.cause
    if (code === 'state_locked') throw error.cause
    throw new CliError(`The ${verb} failed at ${error.stage}: ${error.why}; ${left}.`, {
      code,
      exit,
      hints: [...hints, `${again}, when it is mended`],
      excerpt: excerpt.length === 0 && error.why !== message.replace(/\.$/u, '') ? [`  ${message}`] : excerpt,
      cause: error,
    })
  }
}

/** Terraform was waited for: its state and its lock are in order. */
function interruptedAt(stage: string, left: string, again: string, reason: unknown): unknown {
  if (!(reason instanceof CliError)) return reason
  return new CliError(`Interrupted at ${stage}; ${left}.`, {code: reason.code, exit: reason.exit, hints: [again]})
}
