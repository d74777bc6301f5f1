/** Where in which cluster a todo5 is, or is to be installed. */
export interface ClusterPlace {
  /** As it is typed: minikube, oke, aks, gke, or the name of a context of the kubeconfig. */
  readonly target: string
  /** Of the kubeconfig; every call names it, so that `kubectl config use-context` elsewhere changes nothing. */
  readonly kubeContext: string
  readonly namespace: string
}

/** Where todo5 is in a cluster when nobody says it. */
export const NAMESPACE = 'todo5'

/** Names of the Helm releases: the services, and below them Kafka, PostgreSQL and the mailbox where nobody else provides them. */
export const RELEASE = 'todo5'
export const PLATFORM_RELEASE = 'todo5-platform'
