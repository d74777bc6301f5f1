import {type HelmPlace, isNoRelease, parseReleaseStatus, releaseStatusArgs} from '../../tools/helm.ts'
import {parseWorkloads, type Workload, workloadsArgs} from '../../tools/kubectl-cluster.ts'
import type {Step} from '../program-steps.ts'
import type {ClusterCalls} from '../release/cluster-calls.ts'
import {explainPods, waitsFor} from './explain-pods.ts'
import {hopelessPod, type PodPatience, type PodsPlace} from './hopeless-pod.ts'

export const workloadsOf = async (
  calls: Pick<ClusterCalls, 'kubectl'>,
  where: {readonly namespace: string; readonly kubeContext: string},
  signal: AbortSignal,
): Promise<Workload[]> => parseWorkloads((await calls.kubectl(workloadsArgs(where), {signal})).stdout)

/** Nothing is not ready. */
export const areReady = (parts: readonly Workload[]): boolean =>
  parts.length > 0 && parts.every(({wanted, ready}) => wanted > 0 && ready >= wanted)

export async function isDeployed(calls: ClusterCalls, place: HelmPlace, signal: AbortSignal): Promise<boolean> {
  const {exitCode, stdout} = await calls.helm(releaseStatusArgs(place), {
    signal,
    expected: ({stderr}) => isNoRelease(stderr),
  })
  return exitCode === 0 && parseReleaseStatus(stdout).status === 'deployed'
}

/** How a stage says what it waits for, and why that is not ready; and how it ends when that would never be ready. */
export const looks = (calls: ClusterCalls, where: PodsPlace, patience?: PodPatience) => ({
  waitsFor: async (signal: AbortSignal) => await waitsFor(calls, where, signal),
  explain: async (signal: AbortSignal) => await explainPods(calls, where, signal),
  hopeless: async (signal: AbortSignal) => await hopelessPod(calls, where, signal, patience),
})

/** Something that todo5 does itself. */
export const noted = (text: string, work: (signal: AbortSignal) => Promise<void>): Step => ({kind: 'own', text, work})
