import {CliError} from '../../errors.ts'
import {runStages, type Stage, type StageEvent, type StagesRunning} from '../cluster/stages.ts'
import type {PodWatch} from './watch-pods.ts'

/** What a person sees of a deploy or a rollback. */
export type ReleaseEvent = {readonly title: string} & (
  | StageEvent
  /** Why the stage failed; what follows is the way back. */
  | {readonly stage: string; readonly kind: 'failed'; readonly why: string; readonly seconds: number}
)

export interface ReleaseRunning extends Omit<StagesRunning, 'onEvent'> {
  readonly onEvent: (event: ReleaseEvent) => void
}

/** A stage that failed, and why, in one sentence without its full stop. */
export class StageFailure extends Error {
  override readonly name = 'StageFailure'
  readonly stage: string
  readonly why: string
  override readonly cause: CliError

  constructor(stage: string, why: string, cause: CliError) {
    super(why)
    this.stage = stage
    this.why = why
    this.cause = cause
  }
}

/**
 * In order; the first that fails ends it. As long as `watch` sees pods that will never be ready nothing waits for them.
 * @throws StageFailure; the reason of `signal`; whatever is no CliError as it is
 */
export async function runWatched(
  stages: readonly Stage[],
  running: ReleaseRunning,
  watch: PodWatch | undefined,
): Promise<void> {
  const {signal, onEvent} = running
  const both = watch === undefined ? signal : AbortSignal.any([signal, watch.signal])
  for (const stage of stages) {
    const began = performance.now()
    try {
      await runStages([stage], {...running, signal: both, onEvent: (event) => onEvent({...event, title: stage.title})})
    } catch (error) {
      signal.throwIfAborted()
      if (!(error instanceof CliError)) throw error
      const why = await inOneSentence(error, watch, signal)
      onEvent({stage: stage.name, title: stage.title, kind: 'failed', why, seconds: (performance.now() - began) / 1000})
      throw new StageFailure(stage.name, why, error)
    }
  }
}

/** What a program says of its failure is long, and mostly about pods: then these say it better. */
async function inOneSentence(error: CliError, watch: PodWatch | undefined, signal: AbortSignal): Promise<string> {
  // Which helm it was is of no interest: the last of its path is its name.
  const own = error.message.replace(/\.$/u, '').replace(/^\/\S*\//u, '')
  if (error.code !== 'program_failed' && error.code !== 'stage_timeout') return own
  try {
    return (await watch?.why(signal)) ?? lastSaid(error) ?? own
  } catch (failure) {
    // The cluster does not answer any more: that it did not tell why hides what failed first from nobody.
    if (failure instanceof CliError && !signal.aborted) return lastSaid(error) ?? own
    throw failure
  }
}

/** helm and kubectl end with one line that says it. */
const lastSaid = ({excerpt}: CliError): string | undefined =>
  excerpt
    .findLast((line) => /^\s*error/iu.test(line))
    ?.trim()
    .replace(/^error:\s*(UPGRADE FAILED|INSTALLATION FAILED)?:?\s*/iu, '')
    .replace(/\.$/u, '')
