import * as Flags from '@oclif/core/flags'

/** Where in which cluster, of a target that is one. */
export const clusterFlags = {
  'kube-context': Flags.string({
    helpValue: 'NAME',
    env: 'TODO5_KUBE_CONTEXT',
    description:
      'Of a cluster: its context in the kubeconfig (default for minikube: where todo5 up minikube went, else todo5).',
  }),
  namespace: Flags.string({
    helpValue: 'NAME',
    env: 'TODO5_NAMESPACE',
    description: 'Of a cluster: the namespace that todo5 is in (default: where todo5 up minikube went, else todo5).',
  }),
}
