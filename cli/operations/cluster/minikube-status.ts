import type {Toolchain} from '../../toolchain/toolchain.ts'
import {needProgram} from '../../toolchain/outside-program.ts'
import {isNoRelease, parseReleaseStatus, releaseStatusArgs} from '../../tools/helm.ts'
import {parseWorkloads, workloadsArgs} from '../../tools/kubectl-cluster.ts'
import {MINIKUBE, NO_PROFILE, parseStatus, statusArgs} from '../../tools/minikube.ts'
import {runProgram} from '../../tools/run-program.ts'
import {MINIKUBE_HINT} from '../image/load-image.ts'
import {clusterCalls} from '../release/cluster-calls.ts'
import {helmPlace} from '../release/install-release.ts'
import type {ClusterPlace} from './cluster-place.ts'
import {explainPods} from './explain-pods.ts'
import type {MinikubeNotes} from './minikube-notes.ts'

export interface MinikubeStatus {
  readonly target: 'minikube'
  /** `stopped`: the profile is; `not_installed`: there is no profile, or no todo5 in it. */
  readonly state: 'running' | 'degraded' | 'stopped' | 'not_installed'
  readonly profile: string
  readonly namespace: string
  /** Of the release. */
  readonly revision: number | null
  readonly api_url: string | null
  readonly workloads: readonly {
    readonly name: string
    readonly image: string
    readonly ready: number
    readonly wanted: number
  }[]
  /** Why pods are not ready, a line each. */
  readonly troubles: readonly string[]
}

/** What of todo5 runs in Minikube. Looks, changes nothing. @throws CliError `cluster_unreachable` (exit 6) */
export async function minikubeStatus(
  place: ClusterPlace,
  notes: MinikubeNotes | undefined,
  toolchain: Toolchain,
): Promise<MinikubeStatus> {
  const status: MinikubeStatus = {
    target: 'minikube',
    state: 'not_installed',
    profile: place.kubeContext,
    namespace: place.namespace,
    revision: null,
    api_url: null,
    workloads: [],
    troubles: [],
  }
  const path = await needProgram(MINIKUBE, toolchain, MINIKUBE_HINT)
  const profile = await runProgram(path, statusArgs(place.kubeContext), {
    env: {PATH: toolchain.searchPath},
    timeoutMs: 60_000,
  })
  if (profile.exitCode === NO_PROFILE || profile.stdout.trim() === '') return status
  if (parseStatus(profile.stdout).APIServer !== 'Running') return {...status, state: 'stopped'}
  const calls = clusterCalls(toolchain)
  const {exitCode, stdout} = await calls.helm(releaseStatusArgs(helmPlace(place)), {
    expected: ({stderr}) => isNoRelease(stderr),
  })
  if (exitCode !== 0) return status
  const release = parseReleaseStatus(stdout)
  const workloads = parseWorkloads((await calls.kubectl(workloadsArgs(place))).stdout)
  const well = release.status === 'deployed' && workloads.every(({wanted, ready}) => wanted > 0 && ready >= wanted)
  return {
    ...status,
    state: well ? 'running' : workloads.every(({wanted}) => wanted === 0) ? 'stopped' : 'degraded',
    revision: release.revision,
    api_url: notes?.url == null ? null : `${notes.url}/api/v1`,
    workloads: workloads.map(({name, image, ready, wanted}) => ({name, image, ready, wanted})),
    troubles: well ? [] : (await explainPods(calls, place, AbortSignal.timeout(30_000))).map((line) => line.trim()),
  }
}
