import {CliError, usageError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {DAPR_TARGETS, type DaprTarget} from '../dapr-targets.ts'
import {type ClusterPlace, NAMESPACE, PROFILE} from './cluster-place.ts'
import {type MinikubeNotes, readNotes} from './minikube-notes.ts'

/** Targets that are clusters. */
export type ClusterTarget = Exclude<DaprTarget, 'host'>

/** As it was typed. */
export interface PlaceWords {
  /** minikube, oke, aks, gke, or the name of a context of the kubeconfig. */
  readonly target: string
  readonly kubeContext?: string | undefined
  readonly namespace?: string | undefined
}

export interface FoundPlace {
  readonly place: ClusterPlace
  /** Of `up minikube`, when it brought todo5 just there. */
  readonly notes: MinikubeNotes | undefined
}

/** The targets whose clusters have to be made, by Terraform, before anything can be deployed there. */
export const isCloud = (target: string): target is Exclude<ClusterTarget, 'minikube'> =>
  target !== 'host' && target !== 'minikube' && DAPR_TARGETS.some((one) => one === target)

/**
 * Which cluster is meant, and where in it todo5 is: what is typed counts, then what `up minikube` noted in the state folder,
 * then the usual. Never the context that kubectl happens to be at: a command would go where nobody looks.
 * @throws CliError `no_cluster` (exit 4) for what is none, `kube_context_needed` (2) for a cloud without a context
 */
export async function findPlace({target, kubeContext, namespace}: PlaceWords, stateDir: string): Promise<FoundPlace> {
  if (target === 'local' || target === 'host') throw noCluster(target)
  if (isCloud(target) && kubeContext === undefined) throw contextNeeded(target)
  const notes = await readNotes(stateDir)
  const context = kubeContext ?? (target === 'minikube' ? (notes?.profile ?? PROFILE) : target)
  const noted = notes?.profile === context ? notes : undefined
  const flags = [
    ...(kubeContext === undefined ? [] : [` --kube-context ${kubeContext}`]),
    ...(namespace === undefined ? [] : [` --namespace ${namespace}`]),
  ].join('')
  const place = {
    target,
    kubeContext: context,
    namespace: namespace ?? noted?.namespace ?? NAMESPACE,
    ...(flags !== '' && {flags}),
  }
  return {place, notes: noted?.namespace === place.namespace ? noted : undefined}
}

const noCluster = (target: string): CliError =>
  new CliError(`${target} is no cluster.`, {
    code: 'no_cluster',
    exit: EXIT.refused,
    hints: [`todo5 up ${target}        brings it to the version of this todo5`],
  })

const contextNeeded = (target: string): CliError =>
  usageError(
    `--kube-context is missing: which context of the kubeconfig is ${target}?`,
    'kube_context_needed',
    '--kube-context NAME        kubectl config get-contexts lists them',
  )
