import {setTimeout as delay} from 'node:timers/promises'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {podLogArgs, releasePodsArgs} from '../../tools/kubectl-release.ts'
import type {ClusterPlace} from '../cluster/cluster-place.ts'
import type {ClusterCalls} from './cluster-calls.ts'
import {lastWords, podNames, type PodTrouble, podTroubles} from './pod-trouble.ts'

/** Between two looks, ms; what is there in two of them in a row lasts. */
const POLL_MS = 2000
const LOG_LINES = 20

export interface PodWatch {
  /** Aborts, with a CliError that says why, when a new pod is in a state that waiting does not end. */
  readonly signal: AbortSignal
  /** Why the new pods are not ready, the first one in a sentence; undefined when nothing is to be seen. */
  readonly why: (signal: AbortSignal) => Promise<string | undefined>
  readonly stop: () => Promise<void>
}

/** Looks at the pods that come from now on, so that nobody waits for what will never be ready. */
export async function watchPods(calls: ClusterCalls, place: ClusterPlace): Promise<PodWatch> {
  const list = async (signal?: AbortSignal): Promise<string> =>
    (await calls.kubectl(releasePodsArgs(place), {...(signal && {signal})})).stdout
  const known = new Set(podNames(await list()))
  const found = new AbortController()
  const end = new AbortController()
  const why = async (signal: AbortSignal): Promise<string | undefined> => {
    const [first] = podTroubles(await list(signal), known)
    return first && (await inOneSentence(calls, place, first, signal))
  }
  const watching = (async () => {
    const look = async (): Promise<readonly PodTrouble[]> =>
      (await troubles(list, known, end.signal)).filter((one) => one.lasting)
    const trouble = await untilLasting(look, {everyMs: POLL_MS, patienceMs: () => POLL_MS, signal: end.signal})
    found.abort(podFailed(await inOneSentence(calls, place, trouble, end.signal)))
  })().catch((error: unknown) => {
    if (!end.signal.aborted) throw error
  })
  // Whoever waits for `stop` hears of it.
  watching.catch(() => undefined)
  return {
    signal: found.signal,
    why,
    stop: async () => {
      end.abort()
      await watching
    },
  }
}

export interface Patience {
  readonly everyMs: number
  /** How long one pod may be in trouble, from look to look. */
  readonly patienceMs: (pod: string) => number
  readonly signal: AbortSignal
}

/** Looks until a pod has been in trouble for too long without a break. @throws the reason of `signal`; what `look` throws */
export async function untilLasting(
  look: () => Promise<readonly PodTrouble[]>,
  {everyMs, patienceMs, signal}: Patience,
): Promise<PodTrouble> {
  let since = new Map<string, number>()
  for (;;) {
    signal.throwIfAborted()
    const seen = await look()
    const now = performance.now()
    since = new Map(seen.map(({pod}) => [pod, since.get(pod) ?? now]))
    const lasting = seen.find(({pod}) => now - since.get(pod)! >= patienceMs(pod))
    if (lasting !== undefined) return lasting
    await delay(everyMs, undefined, {signal})
  }
}

/** A look that fails says nothing about the pods; helm asks the same cluster, and says so. */
export async function troubles(
  list: (signal: AbortSignal) => Promise<string>,
  known: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<readonly PodTrouble[]> {
  try {
    return podTroubles(await list(signal), known)
  } catch (error) {
    if (error instanceof CliError) return []
    throw error
  }
}

/** `chat-api: ended with exit code 1, 3 times (CrashLoopBackOff): PORT is not set`. */
export async function inOneSentence(
  calls: ClusterCalls,
  place: Omit<ClusterPlace, 'target'>,
  {of, pod, why, log}: PodTrouble,
  signal: AbortSignal,
): Promise<string> {
  const said = log === undefined ? undefined : await logOf(calls, place, pod, log, signal)
  return said === undefined ? `${of}: ${why}` : `${of}: ${why}: ${said}`
}

async function logOf(
  calls: ClusterCalls,
  place: Omit<ClusterPlace, 'target'>,
  pod: string,
  {container, previous}: NonNullable<PodTrouble['log']>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const args = podLogArgs(pod, container, place, {lines: LOG_LINES, previous})
  // The log of a pod that is gone is gone.
  const {exitCode, stdout} = await calls.kubectl(args, {signal, expected: () => true})
  return exitCode === 0 ? lastWords(stdout)?.replace(/\.$/u, '') : undefined
}

export const podFailed = (why: string, hints: readonly string[] = []): CliError =>
  new CliError(`${why}.`, {code: 'pod_not_ready', exit: EXIT.outsideProgram, hints})
