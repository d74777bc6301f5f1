import type {ClusterPlace} from '../cluster/cluster-place.ts'

/** A command about a secret of this place, as it has to be typed: `todo5 secret set kafka/password --target oke --env staging`. */
export const secretCommand = ({target, flags = ''}: ClusterPlace, command: string, more: string): string =>
  `todo5 secret ${command} ${more}${target === 'minikube' ? '' : ` --target ${target}`}${flags}`

/** Restarts one service by a rollout. */
export const restartCommand = (service: string, {namespace, kubeContext}: ClusterPlace): string =>
  `kubectl rollout restart deployment/${service} --namespace ${namespace} --context ${kubeContext}`
