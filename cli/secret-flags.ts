import {existsSync} from 'node:fs'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {clusterFlags} from './cluster-flags.ts'
import type {Composition} from './composition.ts'
import {
  type CloudEnvironment,
  CLOUD_TARGETS,
  cloudPlace,
  clusterPlaceOf,
  ENVIRONMENTS,
} from './operations/cloud/cloud-place.ts'
import type {ClusterPlace} from './operations/cluster/cluster-place.ts'
import {findPlace} from './operations/cluster/find-place.ts'

export const secretArgs = {
  name: Args.string({
    required: true,
    description: 'SECRET/KEY, such as chat-api/MODEL_KEY; KEY where only one Secret has it.',
  }),
}

export const secretPlaceFlags = {
  target: Flags.string({
    default: 'minikube',
    helpValue: 'TARGET',
    description: 'minikube, oke, aks, gke, or a context of the kubeconfig.',
  }),
  env: Flags.option({
    options: ENVIRONMENTS,
    description: 'oke, aks, gke: which of their environments (default: production).',
  })(),
  ...clusterFlags,
}

interface SecretPlaceFlags {
  readonly target: string
  readonly env?: CloudEnvironment | undefined
  readonly 'kube-context'?: string | undefined
  readonly namespace?: string | undefined
}

/** Where the Secrets are; of a cloud that todo5 has brought up by its own kubeconfig. */
export async function secretPlace(composition: Composition, flags: SecretPlaceFlags): Promise<ClusterPlace> {
  const {target: word, env: environment = 'production', 'kube-context': kubeContext, namespace} = flags
  const target = CLOUD_TARGETS.find((one) => one === word)
  if (target !== undefined && kubeContext === undefined) {
    const cloud = cloudPlace({target, environment, namespace}, composition.paths)
    if (existsSync(cloud.kubeconfig)) composition.useKubeconfig(cloud.kubeconfig)
    return clusterPlaceOf(cloud)
  }
  return (await findPlace({target: word, kubeContext, namespace}, composition.paths.state)).place
}
