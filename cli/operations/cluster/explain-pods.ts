import {podLogArgs, releasePodsArgs} from '../../tools/kubectl-release.ts'
import type {ClusterCalls} from '../release/cluster-calls.ts'
import {jobsAtWork, lastWords, type PodTrouble, podTroubles} from '../release/pod-trouble.ts'
import type {ClusterPlace} from './cluster-place.ts'

const LOG_LINES = 20
const MOST_PODS = 6

/** A line for each pod of the namespace that is not ready: what it is, why, and the last that it said. */
export async function explainPods(
  calls: ClusterCalls,
  place: Omit<ClusterPlace, 'target'>,
  signal: AbortSignal,
): Promise<string[]> {
  const {exitCode, stdout} = await calls.kubectl(releasePodsArgs(place), {signal, expected: () => true})
  // The cluster itself is away; what failed has said so.
  if (exitCode !== 0) return []
  const lines: string[] = []
  for (const trouble of podTroubles(stdout).slice(0, MOST_PODS)) {
    const said = await saidBy(calls, place, trouble, signal)
    lines.push(`  ${trouble.pod}: ${trouble.why}${said === undefined ? '' : `: ${said}`}`)
  }
  return lines
}

/** The first of them, for people who wait. */
export async function waitsFor(
  calls: ClusterCalls,
  place: Omit<ClusterPlace, 'target'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const {exitCode, stdout} = await calls.kubectl(releasePodsArgs(place), {signal, expected: () => true})
  if (exitCode !== 0) return undefined
  const [first, ...others] = podTroubles(stdout)
  if (first === undefined) {
    const [job] = jobsAtWork(stdout)
    return job === undefined ? undefined : `the job ${job} is at work`
  }
  return `${first.pod}: ${first.why}${others.length === 0 ? '' : `, and ${others.length} more`}`
}

async function saidBy(
  calls: ClusterCalls,
  place: Omit<ClusterPlace, 'target'>,
  {pod, log}: PodTrouble,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (log === undefined) return undefined
  const args = podLogArgs(pod, log.container, place, {lines: LOG_LINES, previous: log.previous})
  // The log of a pod that is gone is gone.
  const {exitCode, stdout} = await calls.kubectl(args, {signal, expected: () => true})
  return exitCode === 0 ? lastWords(stdout) : undefined
}
