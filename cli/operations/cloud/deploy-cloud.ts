import {join} from 'node:path'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import type {DaprChart} from '../../tools/helm-dapr.ts'
import {helmVersionArgs, type WayBackFlag, wayBackFlag} from '../../tools/helm.ts'
import type {ResourceChange, TerraformPlan} from '../../tools/terraform.ts'
import {type Capacity, refuseWhatDoesNotFit} from '../capacity/capacity.ts'
import {planOf} from '../cluster/stages.ts'
import type {ClusterCalls} from '../release/cluster-calls.ts'
import {
  deploy,
  type DeployPlan,
  type DeployRequest,
  type Deployed,
  firstDeploySteps,
  planDeploy,
} from '../release/deploy.ts'
import type {ReleaseRunning} from '../release/run-watched.ts'
import {preciousLosses} from './changes.ts'
import {checkBackend, checkCloud, checksText} from './check-cloud.ts'
import {cloudCapacity} from './cloud-capacity.ts'
import type {CloudPlace} from './cloud-place.ts'
import {daprValues, valuesFiles, writeMadeValues} from './cloud-values.ts'
import {clusterStages, type KafkaChoice} from './cluster-stages.ts'
import {runCloudStages} from './run-cloud-stages.ts'
import {
  applyStage,
  type CloudOutputs,
  forgetPlan,
  kubeconfigStage,
  planStage,
  readPlan,
  type TerraformRequest,
} from './terraform-stages.ts'

const HOW = {verb: 'deploy', untouched: 'todo5'}

export interface CloudDeployRequest {
  readonly place: CloudPlace
  /** Folder of package.json. */
  readonly root: string
  readonly toolchain: Toolchain
  readonly calls: ClusterCalls
  readonly kafka: KafkaChoice
  /** Whether room is kept for Prometheus, Grafana and Zipkin. */
  readonly monitoring: boolean
  readonly dapr: DaprChart
  readonly imageTag: string | undefined
  /** Of the command line, for the chart todo5. */
  readonly values: readonly string[]
  readonly set: readonly string[]
  readonly daprValues: Readonly<Record<string, string>>
  /** Empty, and there until the end. */
  readonly folder: string
  /** Whether a person is there; in a run of CI a state that nobody keeps would make everything a second time. */
  readonly attended: boolean
  /** What a release wants to know besides. */
  readonly release: Pick<DeployRequest, 'by' | 'now' | 'takeOver' | 'verify' | 'place'>
}

export interface CloudDeploying extends ReleaseRunning {
  readonly onCapacity: (capacity: Capacity) => void
  readonly onPlan: (plan: TerraformPlan) => void
  /** Resolves when the plan may be applied; `losses` are what nobody gets back. */
  readonly confirm: (plan: TerraformPlan, losses: readonly ResourceChange[]) => Promise<void>
  /** From now on helm and kubectl read this kubeconfig. */
  readonly useKubeconfig: (file: string) => void
  readonly onReleasePlan: (plan: DeployPlan) => void
}

export interface CloudDeployed extends Deployed {
  readonly changes: readonly ResourceChange[]
  readonly endpoint: string
}

/** Everything that `todo5 deploy oke` would do where nothing is there yet, without a cloud, an account or a provider. */
export async function planCloudDeploy(
  request: CloudDeployRequest,
  signal: AbortSignal,
): Promise<{capacity: Capacity | undefined; steps: string[]}> {
  const {place} = request
  await writeMadeValues({...request, files: request.values}, undefined)
  const capacity = await cloudCapacity({...request, values: await chartValues(request)}, signal)
  const quiet = terraformRequest(request, () => undefined)
  const wayBack = await wayBackOf(request, signal)
  const stages = [
    planStage(quiet),
    applyStage(quiet),
    kubeconfigStage(quiet, () => undefined),
    ...clusterStages(clusterRequest(request, wayBack, notThere)),
  ]
  const [plan, ...rest] = stages
  const steps = [
    ...checksText(place),
    ...planOf([plan!]),
    'show what Terraform would do, and ask',
    ...planOf(rest),
    ...firstDeploySteps(await releaseRequest(request), null),
  ]
  return {capacity, steps}
}

const notThere = (): never => {
  throw new Error('no step of a plan is run')
}

/**
 * From an account to a todo5 that works there, or from one version to the next. What fails before todo5 itself is reached
 * leaves it as it was; what fails then goes back by itself.
 * @throws CliError: of the checks, `over_capacity` (exit 4), of Terraform, of a stage, and what `deploy` throws
 */
export async function deployCloud(request: CloudDeployRequest, running: CloudDeploying): Promise<CloudDeployed> {
  const {place, root, toolchain} = request
  const {signal, onEvent} = running
  const began = performance.now()
  await checkCloud(place, root, toolchain, signal)
  if (!request.attended) await checkBackend(place, root)
  await writeMadeValues({...request, files: request.values}, undefined)
  const capacity = await cloudCapacity({...request, values: await chartValues(request)}, signal)
  if (capacity !== undefined) {
    running.onCapacity(capacity)
    refuseWhatDoesNotFit(capacity)
  }
  let stage = 'plan'
  const terraform = terraformRequest(request, (line) => onEvent({stage, title: stage, kind: 'said', line}))
  const plan = await planned(terraform, running)
  if (!plan.isEmpty) {
    stage = 'apply'
    await runCloudStages([applyStage(terraform)], place, running, HOW)
    await forgetPlan(place)
  }
  let outputs: CloudOutputs | undefined
  await runCloudStages([kubeconfigStage(terraform, (found) => (outputs = found))], place, running, HOW)
  running.useKubeconfig(place.kubeconfig)
  await writeMadeValues({...request, files: request.values}, outputs)
  const wayBack = await wayBackOf(request, signal)
  await runCloudStages(clusterStages(clusterRequest(request, wayBack, () => outputs!)), place, running, HOW)
  const release = await releaseRequest(request)
  const releasePlan = await planDeploy(release, signal)
  running.onReleasePlan(releasePlan)
  const deployed = await deploy(release, releasePlan, running)
  const seconds = (performance.now() - began) / 1000
  return {...deployed, seconds, changes: plan.changes, endpoint: outputs!.endpoint}
}

/** The plan of Terraform, shown and confirmed. */
async function planned(terraform: TerraformRequest, running: CloudDeploying): Promise<TerraformPlan> {
  const {place, toolchain} = terraform
  try {
    await runCloudStages([planStage(terraform)], place, running, HOW)
    const plan = await readPlan(place, toolchain, running.signal)
    running.onPlan(plan)
    if (!plan.isEmpty) await running.confirm(plan, preciousLosses(plan.changes))
    if (plan.isEmpty) await forgetPlan(place)
    return plan
  } catch (error) {
    await forgetPlan(place)
    throw error
  }
}

const terraformRequest = (
  {place, root, toolchain}: CloudDeployRequest,
  onLine: (line: string) => void,
): TerraformRequest => ({place, root, toolchain, onLine, destroy: false})

const chartOf = ({root}: CloudDeployRequest): string => join(root, 'charts', 'todo5')

const chartValues = async (request: CloudDeployRequest) => ({
  files: await valuesFiles({...request, files: request.values}),
  set: request.set,
  setString: request.imageTag === undefined ? [] : [`image.tag=${request.imageTag}`],
})

const wayBackOf = async ({calls}: CloudDeployRequest, signal: AbortSignal): Promise<WayBackFlag> =>
  wayBackFlag((await calls.helm(helmVersionArgs(), {signal})).stdout)

const clusterRequest = (request: CloudDeployRequest, wayBack: WayBackFlag, outputs: () => CloudOutputs) => ({
  ...request,
  wayBack,
  chart: chartOf(request),
  values: async () => await chartValues(request),
  outputs,
})

const releaseRequest = async (request: CloudDeployRequest): Promise<DeployRequest> => ({
  ...request.release,
  calls: request.calls,
  folder: request.folder,
  chart: chartOf(request),
  imageTag: request.imageTag,
  dapr: {target: request.place.target, values: {...daprValues(request.kafka), ...request.daprValues}},
  values: await valuesFiles({...request, files: request.values}),
  set: request.set,
})
