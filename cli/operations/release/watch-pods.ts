import {setTimeout as delay} from 'node:timers/promises'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {podLogArgs, releasePodsArgs} from '../../tools/kubectl-release.ts'
import type {ClusterPlace} from '../cluster/cluster-place.ts'
import type {ClusterCalls} from './cluster-calls.ts'
import {lastWords, podNames, type PodTrouble, podTroubles} from './pod-trouble.ts'

const POLL_MS = 2000
/** The same trouble so many looks in a row is one that lasts. */
const LOOKS = 2
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
    let seen = 0
    while (!end.signal.aborted && !found.signal.aborted) {
      const lasting = (await troubles(list, known, end.signal)).filter((one) => one.lasting)
      seen = lasting.length > 0 ? seen + 1 : 0
      if (seen >= LOOKS) found.abort(podFailed(await inOneSentence(calls, place, lasting[0]!, end.signal)))
      else await delay(POLL_MS, undefined, {signal: end.signal})
    }
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

/** A look that fails says nothing about the pods; helm asks the same cluster, and says so. */
async function troubles(
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
async function inOneSentence(
  calls: ClusterCalls,
  place: ClusterPlace,
  {of, pod, why, log}: PodTrouble,
  signal: AbortSignal,
): Promise<string> {
  const said = log === undefined ? undefined : await logOf(calls, place, pod, log, signal)
  return said === undefined ? `${of}: ${why}` : `${of}: ${why}: ${said}`
}

async function logOf(
  calls: ClusterCalls,
  place: ClusterPlace,
  pod: string,
  {container, previous}: NonNullable<PodTrouble['log']>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const args = podLogArgs(pod, container, place, {lines: LOG_LINES, previous})
  // The log of a pod that is gone is gone.
  const {exitCode, stdout} = await calls.kubectl(args, {signal, expected: () => true})
  return exitCode === 0 ? lastWords(stdout)?.replace(/\.$/u, '') : undefined
}

export const podFailed = (why: string): CliError =>
  new CliError(`${why}.`, {code: 'pod_not_ready', exit: EXIT.outsideProgram})
