import type {CliError} from '../../errors.ts'
import {KUBECTL} from '../../tools/kubectl.ts'
import {podLogArgs, releasePodsArgs} from '../../tools/kubectl-release.ts'
import {MINIKUBE} from '../../tools/minikube.ts'
import type {ClusterCalls} from '../release/cluster-calls.ts'
import type {PodTrouble} from '../release/pod-trouble.ts'
import {inOneSentence, podFailed, troubles, untilLasting} from '../release/watch-pods.ts'
import {PLATFORM_RELEASE, RELEASE} from './cluster-place.ts'
import {DAPR_NAMESPACE} from '../../tools/helm-dapr.ts'
import {MONITORING_NAMESPACE} from './monitoring.ts'

export interface PodsPlace {
  readonly namespace: string
  readonly kubeContext: string
}

/** ms each. */
export interface PodPatience {
  readonly everyMs: number
  /** With a pod that was well, or not there: Kubernetes has tried at least three times by then. */
  readonly newMs: number
  /** With one that was in trouble before: Kubernetes looks at what was mended after five minutes at most. */
  readonly oldMs: number
}

const PATIENCE: PodPatience = {everyMs: 5000, newMs: 60_000, oldMs: 330_000}

/** Nobody else has pods in these. */
const OWN_NAMESPACES: readonly string[] = [DAPR_NAMESPACE, MONITORING_NAMESPACE]
const OWN_RELEASES: readonly (string | undefined)[] = [RELEASE, PLATFORM_RELEASE]

/**
 * Comes back when a pod that todo5 waits for has had no image, wrong settings or one crash after the other for so long
 * that waiting is of no use. @throws the reason of `signal`
 */
export async function hopelessPod(
  calls: ClusterCalls,
  where: PodsPlace,
  signal: AbortSignal,
  {everyMs, newMs, oldMs}: PodPatience = PATIENCE,
): Promise<CliError> {
  const list = async (during: AbortSignal): Promise<string> =>
    (await calls.kubectl(releasePodsArgs(where), {signal: during})).stdout
  // Pods of somebody else in the same namespace are not what is waited for.
  const isOurs = ({release}: PodTrouble): boolean =>
    OWN_NAMESPACES.includes(where.namespace) || OWN_RELEASES.includes(release)
  const look = async (): Promise<readonly PodTrouble[]> =>
    (await troubles(list, new Set(), signal)).filter((one) => one.kind !== 'other' && isOurs(one))
  const before = new Set((await look()).map(({pod}) => pod))
  const patienceMs = (pod: string): number => (before.has(pod) ? oldMs : newMs)
  const trouble = await untilLasting(look, {everyMs, patienceMs, signal})
  return podFailed(await inOneSentence(calls, where, trouble, signal), hintsFor(trouble, where))
}

function hintsFor({kind, image, pod, log}: PodTrouble, where: PodsPlace): string[] {
  const {namespace, kubeContext} = where
  const again = 'todo5 up minikube        goes on from here'
  if (kind === 'image') {
    const load = `${MINIKUBE} image load ${image} --profile=${kubeContext}`
    return [`${load}        brings an image that this machine has, or can fetch`, again]
  }
  const look =
    log === undefined
      ? ['describe', 'pod', pod, `--namespace=${namespace}`, `--context=${kubeContext}`]
      : podLogArgs(pod, log.container, where, {lines: 50, previous: log.previous})
  return [`${KUBECTL} ${look.join(' ')}        says more`, again]
}
