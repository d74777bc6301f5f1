import {writeCredential} from '../../client/credentials.ts'
import {parseTemplate, podTemplateArgs} from '../../tools/kubectl-jobs.ts'
import {verificationInCluster} from '../in-cluster/verify-in-cluster.ts'
import {type ReleaseUse, useRelease} from '../release/use-release.ts'
import type {Verification} from '../release/verify-release.ts'

/**
 * Uses the todo5 of a cloud from inside, by a Job of its own image: nothing of the machine that deploys stands between. One
 * that is too old to have such a Job is used by a forwarded port.
 */
export const verifyCloud = (use: ReleaseUse): Verification => ({
  title:
    'run the Job verify in the cluster: add a task that repeats, wait for its reminder, complete it, see the next one',
  run: async (signal) => {
    const {calls, place, stateDir, onWarning} = use
    const {stdout} = await calls.kubectl(podTemplateArgs('verify', place), {signal})
    if (parseTemplate(stdout) === undefined) return await useRelease(use).run(signal)
    // The key of before has ended: whoever uses this cluster from here goes on with the new one.
    const onKey = async (key: string): Promise<void> =>
      await writeCredential(stateDir, `cluster ${place.kubeContext}/${place.namespace}`, {api_key: key})
    await verificationInCluster({calls, place, onKey, ...(onWarning && {onWarning})}).run(signal)
  },
})
