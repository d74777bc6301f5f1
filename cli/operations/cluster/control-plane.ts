import {setTimeout as delay} from 'node:timers/promises'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {DAPR_NAMESPACE} from '../../tools/helm-dapr.ts'
import {daprSettingsArgs, parseMtls} from '../../tools/kubectl-cluster.ts'
import type {ClusterCalls} from '../release/cluster-calls.ts'
import {areReady, workloadsOf} from './stage-parts.ts'

/** ms each; as long as `kubectl rollout status` of a service may take. */
const PATIENCE = {everyMs: 1000, limitMs: 120_000}

/**
 * Comes back when each part of Dapr's control plane is ready, which one that was started anew is only after a while, and mTLS
 * is on. @throws CliError `verification_failed` (exit 5); the reason of `signal`
 */
export async function controlPlaneReady(
  calls: Pick<ClusterCalls, 'kubectl'>,
  kubeContext: string,
  signal: AbortSignal,
  {everyMs, limitMs} = PATIENCE,
): Promise<void> {
  const where = {namespace: DAPR_NAMESPACE, kubeContext}
  const began = performance.now()
  for (;;) {
    const parts = await workloadsOf(calls, where, signal)
    if (areReady(parts)) break
    const bad = parts.find((part) => !areReady([part]))
    if (performance.now() - began >= limitMs)
      throw failed(`Dapr's control plane is not ready: ${bad?.name ?? 'nothing is there'}.`)
    await delay(everyMs, undefined, {signal})
  }
  if (!parseMtls((await calls.kubectl(daprSettingsArgs(where), {signal})).stdout))
    throw failed('The mTLS of Dapr is off: whoever is in the cluster could speak as any service.')
}

const failed = (message: string): CliError =>
  new CliError(message, {code: 'verification_failed', exit: EXIT.outsideProgram, hints: ['todo5 doctor minikube']})
