import {setTimeout as delay} from 'node:timers/promises'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {type Running, runSteps, type Step, stepText} from '../program-steps.ts'

/** One line of the progress of `up minikube` or `deploy`: what `--dry-run` prints of it is what it runs. */
export interface Stage {
  /** One word, such as `image`. */
  readonly name: string
  /** What it does, such as `build todo5:1.4.0 and load it`. */
  readonly title: string
  /** Why there is nothing to do, such as `todo5:1.4.0 is there`; undefined: run it. */
  readonly alreadyDone?: (signal: AbortSignal) => Promise<string | undefined>
  readonly steps: readonly Step[]
  /** ms; after it the stage fails. */
  readonly limitMs: number
  /** Asked now and then while it runs: what it waits for, in a few words. Looks, changes nothing. */
  readonly waitsFor?: (signal: AbortSignal) => Promise<string | undefined>
  /** Looks while it runs, changes nothing, and comes back when waiting is of no use any more: with why, and what to do. */
  readonly hopeless?: (signal: AbortSignal) => Promise<CliError>
  /** Asked when it failed or took too long: what is not ready, and why, a line each. Looks, changes nothing. */
  readonly explain?: (signal: AbortSignal) => Promise<readonly string[]>
  /** What can be done when it fails, beside what the failed step says. */
  readonly hints?: readonly string[]
}

export type StageEvent = {readonly stage: string} & (
  | {readonly kind: 'begun'}
  | {readonly kind: 'step'; readonly text: string}
  | {readonly kind: 'said'; readonly line: string}
  | {readonly kind: 'waits'; readonly text: string}
  | {readonly kind: 'done'; readonly seconds: number; readonly already: string | null}
)

export interface StagesRunning extends Pick<Running, 'toolchain' | 'signal'> {
  readonly onEvent: (event: StageEvent) => void
  /** Between two looks at what a stage waits for, ms. */
  readonly lookMs?: number
}

/** What a failed stage may take to say why, ms. */
const EXPLAIN_LIMIT_MS = 30_000
const LOOK_MS = 3000
/** What has not changed is told again after so long: a log without a word looks as if nothing went on. */
const TOLD_AGAIN_MS = 30_000

/** What would be done now, in order. */
export const planOf = (stages: readonly Stage[]): string[] => stages.flatMap(({steps}) => steps.map(stepText))

/**
 * In order; what is already true is left out, the first that fails ends it.
 * @throws CliError of the step, or `stage_timeout` (exit 5), with the stage's explanation as its excerpt; the reason of `signal`
 */
export async function runStages(stages: readonly Stage[], running: StagesRunning): Promise<void> {
  for (const stage of stages) await runStage(stage, running)
}

async function runStage(stage: Stage, {toolchain, signal, onEvent, lookMs = LOOK_MS}: StagesRunning): Promise<void> {
  const began = performance.now()
  const limit = AbortSignal.timeout(stage.limitMs)
  const both = AbortSignal.any([signal, limit])
  onEvent({stage: stage.name, kind: 'begun'})
  try {
    const already = await stage.alreadyDone?.(both)
    if (already === undefined) {
      const work = async (during: AbortSignal): Promise<void> =>
        await runSteps(stage.steps, {
          toolchain,
          signal: during,
          onStep: (text) => onEvent({stage: stage.name, kind: 'step', text}),
          onLine: (line) => onEvent({stage: stage.name, kind: 'said', line}),
        })
      await whileLooking(stage, {signal: both, onEvent, lookMs}, async () => await unlessHopeless(stage, both, work))
    }
    onEvent({stage: stage.name, kind: 'done', seconds: (performance.now() - began) / 1000, already: already ?? null})
  } catch (error) {
    signal.throwIfAborted()
    throw await explained(stage, limit.aborted ? tookTooLong(stage) : error, signal)
  }
}

/** Tells what it waits for as long as the work goes on. */
async function whileLooking(
  {name, waitsFor}: Stage,
  {signal, onEvent, lookMs}: Required<Pick<StagesRunning, 'signal' | 'onEvent' | 'lookMs'>>,
  work: () => Promise<void>,
): Promise<void> {
  if (waitsFor === undefined) return await work()
  const end = new AbortController()
  const looking = (async () => {
    const over = AbortSignal.any([signal, end.signal])
    let told = {text: '', at: 0}
    for (;;) {
      await delay(lookMs, undefined, {signal: over})
      const text = await waitsFor(over)
      const at = performance.now()
      if (text === undefined || over.aborted || (text === told.text && at - told.at < TOLD_AGAIN_MS)) continue
      told = {text, at}
      onEvent({stage: name, kind: 'waits', text})
    }
  })()
  // It never ends by itself: either the work is done, or a look failed, of which the work itself will say more.
  looking.catch(() => undefined)
  try {
    await work()
  } finally {
    end.abort()
  }
}

/** Ends the work as soon as it is known that it would wait in vain. */
async function unlessHopeless(
  {hopeless}: Stage,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  if (hopeless === undefined) return await work(signal)
  const [end, early] = [new AbortController(), new AbortController()]
  const over = AbortSignal.any([signal, end.signal])
  const watching = hopeless(over).then(
    (error) => early.abort(error),
    (error: unknown) => {
      if (!over.aborted) early.abort(error)
    },
  )
  try {
    await work(AbortSignal.any([signal, early.signal]))
  } catch (error) {
    throw early.signal.aborted ? early.signal.reason : error
  } finally {
    end.abort()
    await watching
  }
}

const tookTooLong = ({name, limitMs}: Stage): CliError =>
  new CliError(`${name} was not done within ${Math.round(limitMs / 1000)} s.`, {
    code: 'stage_timeout',
    exit: EXIT.outsideProgram,
  })

async function explained({explain, hints = []}: Stage, error: unknown, signal: AbortSignal): Promise<unknown> {
  if (!(error instanceof CliError)) return error
  const lines = (await explain?.(AbortSignal.any([signal, AbortSignal.timeout(EXPLAIN_LIMIT_MS)]))) ?? []
  if (lines.length === 0 && hints.length === 0) return error
  const {code, exit, excerpt} = error
  return new CliError(error.message, {code, exit, hints: [...hints, ...error.hints], excerpt: [...excerpt, ...lines]})
}
