import type {Toolchain} from '../../toolchain/toolchain.ts'
import {isNoRelease, parseReleaseStatus, releaseStatusArgs} from '../../tools/helm.ts'
import {parseWorkloads, workloadsArgs} from '../../tools/kubectl-cluster.ts'
import {explainPods} from '../cluster/explain-pods.ts'
import {clusterCalls} from '../release/cluster-calls.ts'
import {helmPlace} from '../release/install-release.ts'
import {type CloudEnvironment, type CloudPlace, type CloudTarget, clusterPlaceOf} from './cloud-place.ts'
import {isThere, readOutputs} from './terraform-stages.ts'

export interface CloudStatus {
  readonly target: CloudTarget
  readonly environment: CloudEnvironment
  /** `not_installed`: todo5 has made no cluster from here, or no todo5 is in it. */
  readonly state: 'running' | 'degraded' | 'stopped' | 'not_installed'
  readonly kube_context: string
  readonly namespace: string
  /** Where people reach it; null: Terraform's state is not here. */
  readonly endpoint: string | null
  /** Of the release. */
  readonly revision: number | null
  readonly workloads: readonly {
    readonly name: string
    readonly image: string
    readonly ready: number
    readonly wanted: number
  }[]
  /** Why pods are not ready, a line each. */
  readonly troubles: readonly string[]
}

/** What of todo5 runs in a cloud. Looks, changes nothing. @throws CliError `cluster_unreachable` (exit 6), `no_cluster` (4) */
export async function cloudStatus(
  cloud: CloudPlace,
  toolchain: Toolchain,
  useKubeconfig: (file: string) => void,
): Promise<CloudStatus> {
  const {target, environment, namespace, name} = cloud
  const nothing: CloudStatus = {
    target,
    environment,
    state: 'not_installed',
    kube_context: name,
    namespace,
    endpoint: null,
    revision: null,
    workloads: [],
    troubles: [],
  }
  if (!(await isThere(cloud.kubeconfig))) return nothing
  const {endpoint} = await readOutputs(cloud, toolchain, AbortSignal.timeout(120_000))
  useKubeconfig(cloud.kubeconfig)
  const place = clusterPlaceOf(cloud)
  const calls = clusterCalls(toolchain)
  const found = await calls.helm(releaseStatusArgs(helmPlace(place)), {expected: ({stderr}) => isNoRelease(stderr)})
  if (found.exitCode !== 0) return {...nothing, endpoint}
  const release = parseReleaseStatus(found.stdout)
  const workloads = parseWorkloads((await calls.kubectl(workloadsArgs(place))).stdout)
  const well = release.status === 'deployed' && workloads.every(({wanted, ready}) => wanted > 0 && ready >= wanted)
  return {
    ...nothing,
    state: well ? 'running' : workloads.every(({wanted}) => wanted === 0) ? 'stopped' : 'degraded',
    endpoint,
    revision: release.revision,
    workloads: workloads.map(({name: workload, image, ready, wanted}) => ({name: workload, image, ready, wanted})),
    troubles: well ? [] : (await explainPods(calls, place, AbortSignal.timeout(30_000))).map((line) => line.trim()),
  }
}
