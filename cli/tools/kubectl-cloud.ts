/** The arguments of kubectl for what a cluster in a cloud needs before todo5 comes. */

interface Where {
  readonly namespace: string
  readonly kubeContext: string
}

const REQUEST_SECONDS = 20

const cluster = (kubeContext: string): string[] => [`--context=${kubeContext}`, `--request-timeout=${REQUEST_SECONDS}s`]

/** Prints its name, or nothing. */
export const storageClassArgs = (name: string, kubeContext: string): string[] => [
  'get',
  'storageclass',
  name,
  '--ignore-not-found',
  '--output=name',
  ...cluster(kubeContext),
]

/** Makes what stands at an address, or in a file. */
export const applyFromArgs = (from: string, kubeContext: string, namespace?: string): string[] => [
  'apply',
  `--filename=${from}`,
  ...(namespace === undefined ? [] : [`--namespace=${namespace}`]),
  ...cluster(kubeContext),
]

/** Waits until all of a kind say that they are ready. */
export const waitReadyArgs = (kind: string, {namespace, kubeContext}: Where, seconds: number): string[] => [
  'wait',
  kind,
  '--all',
  '--for=condition=Ready',
  `--timeout=${seconds}s`,
  `--namespace=${namespace}`,
  `--context=${kubeContext}`,
]

/** Services of all namespaces: those of type LoadBalancer hold something in the cloud that Terraform did not make. */
export const servicesArgs = (kubeContext: string): string[] => [
  'get',
  'services',
  '--all-namespaces',
  '--output=json',
  ...cluster(kubeContext),
]

/** Waits until it is gone, and with it what it holds in the cloud. */
export const deleteServiceArgs = (name: string, {namespace, kubeContext}: Where): string[] => [
  'delete',
  'service',
  name,
  '--ignore-not-found',
  '--wait',
  `--namespace=${namespace}`,
  `--context=${kubeContext}`,
]
