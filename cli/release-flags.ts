import {hostname} from 'node:os'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {knownCloud} from './cloud-context.ts'
import type {Composition} from './composition.ts'
import {type CloudEnvironment, clusterPlaceOf, ENVIRONMENTS} from './operations/cloud/cloud-place.ts'
import type {Holder} from './operations/release/pending.ts'
import type {Step} from './operations/program-steps.ts'
import type {ClusterPlace} from './operations/cluster/cluster-place.ts'
import {findPlace, isCloud} from './operations/cluster/find-place.ts'
import {type ReleaseUse, useRelease} from './operations/release/use-release.ts'
import {verifySteps} from './operations/release/verify-release.ts'

/** Which release. */
export const releaseArgs = {
  target: Args.string({
    required: true,
    description: 'minikube, oke, aks, gke, or a context of the kubeconfig.',
  }),
}

export const environmentFlag = {
  env: Flags.option({
    options: ENVIRONMENTS,
    description: 'oke, aks, gke: which of their environments, where todo5 deploy has made several.',
  })(),
}

export const releasePlaceFlags = {
  'kube-context': Flags.string({
    helpValue: 'NAME',
    description:
      'Context of the kubeconfig (default: that of the target; minikube: where todo5 up minikube went, else todo5).',
  }),
  namespace: Flags.string({
    helpValue: 'NAME',
    description: 'Where in the cluster (default: where todo5 up minikube went, else todo5).',
  }),
}

export const diffFlag = {
  diff: Flags.boolean({description: 'Show what differs from what runs, object by object, without secrets.'}),
}

export const takeOverFlag = {
  'take-over': Flags.boolean({
    description: 'Also finish a revision that somebody has begun less than 15 minutes ago, and who has ended.',
  }),
}

export interface PlaceFlags {
  readonly env?: CloudEnvironment | undefined
  readonly 'kube-context'?: string | undefined
  readonly namespace?: string | undefined
}

export async function placeOfFlags(
  composition: Composition,
  target: string,
  {env, 'kube-context': kubeContext, namespace}: PlaceFlags,
): Promise<ClusterPlace> {
  if (isCloud(target) && kubeContext === undefined) {
    const cloud = await knownCloud(composition, target, {env, namespace})
    if (cloud !== undefined) return clusterPlaceOf(cloud)
  }
  return (await findPlace({target, kubeContext, namespace}, composition.paths.state)).place
}

/** Who deploys, as the cluster notes it. */
export const holderHere = (composition: Composition): Holder => ({
  person: composition.person(),
  host: hostname(),
  process: process.pid,
})

/** What a release has to do before it counts as good. */
export function releaseVerification(
  composition: Composition,
  reach: Pick<ReleaseUse, 'calls' | 'place' | 'toolchain' | 'onWarning'>,
): Step[] {
  const {http, paths} = composition
  const use = useRelease({...reach, http, stateDir: paths.state, now: () => composition.now()})
  return verifySteps(reach.calls, reach.place, [use])
}
