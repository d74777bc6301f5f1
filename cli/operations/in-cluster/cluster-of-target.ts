import {usageError} from '../../errors.ts'
import {type ClusterPlace, NAMESPACE} from '../cluster/cluster-place.ts'
import type {DaprTarget} from '../dapr-targets.ts'
import {PROFILE} from '../doctor/cluster.ts'

export type ClusterTarget = Exclude<DaprTarget, 'host'>

export interface ClusterFlags {
  readonly 'kube-context'?: string | undefined
  readonly namespace?: string | undefined
}

/** Which cluster is meant. Never the one that kubectl happens to be at: a command would go where nobody looks. */
export function clusterOfTarget(target: ClusterTarget, flags: ClusterFlags): ClusterPlace {
  const kubeContext = flags['kube-context'] ?? (target === 'minikube' ? PROFILE : undefined)
  if (kubeContext === undefined) {
    throw usageError(
      `--kube-context is missing: which context of the kubeconfig is ${target}?`,
      'kube_context_needed',
      '--kube-context NAME        kubectl config get-contexts lists them',
      'export TODO5_KUBE_CONTEXT=NAME',
    )
  }
  return {target, kubeContext, namespace: flags.namespace ?? NAMESPACE}
}
