/** Where in which cluster a todo5 is, or is to be installed. */
export interface ClusterPlace {
  /** As it is typed: minikube, oke, aks, gke, or the name of a context of the kubeconfig. */
  readonly target: string
  /** Of the kubeconfig; every call names it, so that `kubectl config use-context` elsewhere changes nothing. */
  readonly kubeContext: string
  readonly namespace: string
  /** What has to be typed beside the target to come here again, such as ` --namespace work`; absent where the target is enough. */
  readonly flags?: string
}

/** A command that does something here, as it has to be typed: `todo5 release show minikube 3 --namespace work`. */
export const commandAt = ({target, flags = ''}: ClusterPlace, command: string, more = ''): string =>
  `todo5 ${command} ${target}${more}${flags}`

/** Profile of Minikube when nobody says it, and so context of the kubeconfig. */
export const PROFILE = 'todo5'

/** Where todo5 is in a cluster when nobody says it. */
export const NAMESPACE = 'todo5'

/** Names of the Helm releases: the services, and below them Kafka, PostgreSQL and the mailbox where nobody else provides them. */
export const RELEASE = 'todo5'
export const PLATFORM_RELEASE = 'todo5-platform'
