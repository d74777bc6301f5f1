import {rm} from 'node:fs/promises'
import {z} from 'zod'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import {EXTERNAL_SECRETS_CHART, STRIMZI_CHART, uninstallOutsideArgs} from '../../tools/helm-cloud.ts'
import {DAPR_NAMESPACE, uninstallDaprArgs} from '../../tools/helm-dapr.ts'
import {HELM, uninstallArgs} from '../../tools/helm.ts'
import {deleteServiceArgs, servicesArgs} from '../../tools/kubectl-cloud.ts'
import {deleteNamespaceArgs} from '../../tools/kubectl-cluster.ts'
import {KUBECTL} from '../../tools/kubectl.ts'
import type {ResourceChange, TerraformPlan} from '../../tools/terraform.ts'
import {planOf, type Stage} from '../cluster/stages.ts'
import type {Step} from '../program-steps.ts'
import {type ClusterCalls, KUBECTL_HINT} from '../release/cluster-calls.ts'
import {HELM_HINT, helmPlace} from '../release/install-release.ts'
import type {ReleaseRunning} from '../release/run-watched.ts'
import {checkCloud, checksText} from './check-cloud.ts'
import {type CloudPlace, clusterPlaceOf} from './cloud-place.ts'
import {runCloudStages} from './run-cloud-stages.ts'
import {
  applyStage,
  forgetPlan,
  kubeconfigStage,
  planStage,
  readPlan,
  type TerraformRequest,
} from './terraform-stages.ts'

const MINUTE_MS = 60_000
const UNINSTALL_SECONDS = 300

export interface CloudDestroyRequest {
  readonly place: CloudPlace
  readonly root: string
  readonly toolchain: Toolchain
  readonly calls: ClusterCalls
  /** The cluster does not answer any more: what it holds in the cloud besides is left to whoever says so. */
  readonly skipCluster: boolean
}

export interface CloudDestroying extends ReleaseRunning {
  readonly onPlan: (plan: TerraformPlan) => void
  /** Resolves when all of it may go. */
  readonly confirm: (plan: TerraformPlan) => Promise<void>
  readonly useKubeconfig: (file: string) => void
}

const terraformOf = (
  {place, root, toolchain}: CloudDestroyRequest,
  onLine: (line: string) => void,
): TerraformRequest => ({place, root, toolchain, onLine, destroy: true})

/** Everything that `todo5 destroy oke` would do, without a cloud. */
export function planCloudDestroy(request: CloudDestroyRequest): string[] {
  const terraform = terraformOf(request, () => undefined)
  const inside = request.skipCluster ? [] : [kubeconfigStage(terraform, () => undefined), ...insideStages(request)]
  return [
    ...checksText(request.place),
    ...planOf([planStage(terraform)]),
    `show what would be destroyed, and ask for the name ${request.place.name}`,
    ...planOf(inside),
    ...planOf([applyStage(terraform)]),
  ]
}

/**
 * Takes an environment away: first what todo5 has in the cluster, so that no load balancer and no volume that Kubernetes has
 * made keeps the network alive, or stays and costs, then all that Terraform has made. A repetition goes on.
 * @throws CliError: of the checks, of Terraform, of a stage; what `confirm` rejects with
 */
export async function destroyCloud(
  request: CloudDestroyRequest,
  running: CloudDestroying,
): Promise<readonly ResourceChange[]> {
  const {place, root, toolchain, skipCluster} = request
  const {signal, onEvent} = running
  const how = {verb: 'destroy', untouched: undefined}
  await checkCloud(place, root, toolchain, signal)
  let stage = 'plan'
  const terraform = terraformOf(request, (line) => onEvent({stage, title: stage, kind: 'said', line}))
  try {
    await runCloudStages([planStage(terraform)], place, running, how)
    const plan = await readPlan(place, toolchain, signal)
    running.onPlan(plan)
    if (plan.changes.length === 0) return []
    await running.confirm(plan)
    const hasCluster = plan.changes.some(({type}) => type.endsWith('_cluster'))
    if (hasCluster && !skipCluster) {
      await runCloudStages([kubeconfigStage(terraform, () => undefined)], place, running, how)
      running.useKubeconfig(place.kubeconfig)
      await runCloudStages(insideStages(request), place, running, how)
    }
    stage = 'apply'
    await runCloudStages([applyStage(terraform)], place, running, how)
    await rm(place.kubeconfig, {force: true})
    return plan.changes
  } finally {
    await forgetPlan(place)
  }
}

function insideStages({place, calls}: CloudDestroyRequest): Stage[] {
  const where = clusterPlaceOf(place)
  const context = place.name
  const uninstall = (release: string): Step =>
    program(HELM, uninstallArgs({...helmPlace(where), release}, UNINSTALL_SECONDS))
  const stage = (name: string, title: string, steps: readonly Step[]): Stage => ({
    name,
    title,
    steps,
    limitMs: 20 * MINUTE_MS,
  })
  return [
    stage('todo5', 'todo5, its secrets and its Kafka in the cluster', [
      uninstall('todo5'),
      uninstall('todo5-secrets'),
      program(KUBECTL, deleteNamespaceArgs(place.namespace, context)),
    ]),
    stage('edges', 'load balancers that Kubernetes has made', [
      {
        kind: 'own',
        text: `${KUBECTL} ${servicesArgs(context).join(' ')}, and delete those of type LoadBalancer`,
        work: async (signal) => await deleteLoadBalancers(calls, context, signal),
      },
    ]),
    stage('beside', 'Dapr, External Secrets and Strimzi, with their volumes', [
      program(HELM, uninstallDaprArgs(context, UNINSTALL_SECONDS)),
      program(HELM, uninstallOutsideArgs(EXTERNAL_SECRETS_CHART, context, UNINSTALL_SECONDS)),
      program(HELM, uninstallOutsideArgs(STRIMZI_CHART, context, UNINSTALL_SECONDS)),
      ...[DAPR_NAMESPACE, EXTERNAL_SECRETS_CHART.namespace, STRIMZI_CHART.namespace].map((namespace) =>
        program(KUBECTL, deleteNamespaceArgs(namespace, context)),
      ),
    ]),
  ]
}

const services = z.object({
  items: z.array(
    z.object({
      metadata: z.object({name: z.string(), namespace: z.string()}),
      spec: z.object({type: z.string().default('ClusterIP')}),
    }),
  ),
})

/** Each is waited for: Kubernetes takes its address and its rules out of the network. */
async function deleteLoadBalancers(calls: ClusterCalls, kubeContext: string, signal: AbortSignal): Promise<void> {
  const {stdout} = await calls.kubectl(servicesArgs(kubeContext), {signal})
  for (const {metadata, spec} of services.parse(JSON.parse(stdout)).items) {
    if (spec.type !== 'LoadBalancer') continue
    const {name, namespace} = metadata
    await calls.kubectl(deleteServiceArgs(name, {namespace, kubeContext}), {signal})
  }
}

const program = (name: typeof HELM | typeof KUBECTL, args: readonly string[]): Step => ({
  kind: 'program',
  program: name,
  args,
  hint: name === HELM ? HELM_HINT : KUBECTL_HINT,
})
