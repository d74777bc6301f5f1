import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {type ClusterPlace, NAMESPACE} from '../cluster/cluster-place.ts'
import {PROFILE} from '../doctor/cluster.ts'
import {DAPR_TARGETS, type DaprTarget} from '../dapr-targets.ts'

export interface PlaceWords {
  /** minikube, oke, aks, gke, or the name of a context of the kubeconfig. */
  readonly target: string
  readonly kubeContext: string | undefined
  readonly namespace: string | undefined
}

type Cloud = Exclude<DaprTarget, 'host' | 'minikube'>

/** The targets whose clusters have to be made, by Terraform, before anything can be deployed there. */
const isCloud = (target: string): target is Cloud => DAPR_TARGETS.some((one) => one === target && !isHere(one))
const isHere = (target: DaprTarget): boolean => target === 'host' || target === 'minikube'

/** @throws CliError `no_cluster` (exit 4) for what has none, or none yet */
export function placeOf({target, kubeContext, namespace = NAMESPACE}: PlaceWords): ClusterPlace {
  if (target === 'local' || target === 'host') {
    throw new CliError(`${target} is no cluster.`, {
      code: 'no_cluster',
      exit: EXIT.refused,
      hints: [`todo5 up ${target}        brings it to the version of this todo5`],
    })
  }
  if (isCloud(target) && kubeContext === undefined) {
    throw new CliError(`${target} needs a cluster that is there.`, {
      code: 'no_cluster',
      exit: EXIT.refused,
      hints: [`--kube-context NAME        the one to use, of: kubectl config get-contexts`],
    })
  }
  return {target, kubeContext: kubeContext ?? (target === 'minikube' ? PROFILE : target), namespace}
}

/** Whose Dapr resources a target gets, unless somebody says it: what is no cloud of ours has the parts of Minikube. */
export const daprTargetOf = (target: string): Exclude<DaprTarget, 'host'> => (isCloud(target) ? target : 'minikube')
