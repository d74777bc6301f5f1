import {resolve} from 'node:path'
import type {Composition} from './composition.ts'
import {confirmation} from './confirmation.ts'
import {confirmChange} from './confirm-change.ts'
import {type CliError, toCliError, usageError} from './errors.ts'
import {interruptible} from './interruption.ts'
import {type Capacity, type CapacityLine, type CapacityTotal, totalText} from './operations/capacity/capacity.ts'
import {changesText} from './operations/cloud/changes.ts'
import {type CloudEnvironment, cloudPlace, type CloudTarget, clusterPlaceOf} from './operations/cloud/cloud-place.ts'
import type {KafkaChoice} from './operations/cloud/cluster-stages.ts'
import {
  type CloudDeploying,
  type CloudDeployRequest,
  deployCloud,
  planCloudDeploy,
} from './operations/cloud/deploy-cloud.ts'
import {summaryOfDeploy, summaryOfFailure} from './operations/cloud/deploy-summary.ts'
import {verifyCloud} from './operations/cloud/verify-cloud.ts'
import {clusterCalls} from './operations/release/cluster-calls.ts'
import type {DeployPlan} from './operations/release/deploy.ts'
import type {ObjectDiff} from './operations/release/diff-manifests.ts'
import {inFolder} from './operations/release/in-folder.ts'
import {verifySteps} from './operations/release/verify-release.ts'
import type {Output} from './output.ts'
import type {Ask} from './question.ts'
import {holderHere} from './release-flags.ts'
import {BUNDLES} from './toolchain/program-table.ts'
import type {ResourceChange, TerraformPlan} from './tools/terraform.ts'
import {lossLines, printCapacity, printTerraformPlan} from './views/cloud-lines.ts'
import {printSteps} from './views/down-lines.ts'
import {releaseProgress} from './views/release-lines.ts'

export interface CloudFlags {
  readonly settings?: string | undefined
  readonly namespace?: string | undefined
  readonly kafka: KafkaChoice
  readonly monitoring: boolean
  readonly 'dapr-chart'?: string | undefined
  readonly 'image-tag'?: string | undefined
  readonly values?: readonly string[] | undefined
  readonly set?: readonly string[] | undefined
  readonly 'take-over'?: boolean | undefined
  readonly yes?: boolean | undefined
  readonly confirm?: string | undefined
}

export interface CloudCommand {
  readonly composition: Composition
  readonly out: Output
  readonly ask: Ask | undefined
  readonly target: CloudTarget
  readonly environment: CloudEnvironment
  readonly flags: CloudFlags
  readonly daprValues: Readonly<Record<string, string>>
  /** Shows what differs from what runs; undefined: nobody wants to know. */
  readonly showDiff: ((plan: DeployPlan) => void) | undefined
}

interface TerraformChangeJson {
  readonly resource: string
  readonly action: ResourceChange['action']
}

export interface DeployJson {
  readonly target: string
  /** This and the two below: of oke, aks, gke with their Terraform. */
  readonly environment: CloudEnvironment | null
  readonly kube_context: string
  readonly namespace: string
  readonly revision: number
  readonly image: string | null
  readonly seconds: number
  readonly endpoint: string | null
  readonly terraform: readonly TerraformChangeJson[] | null
  readonly diff: readonly ObjectDiff[] | null
}

export interface DeployPlanJson {
  readonly dry_run: true
  readonly capacity: ReturnType<typeof capacityJson> | null
  readonly steps: readonly string[]
  readonly steps_back: readonly string[]
  readonly diff: readonly ObjectDiff[] | null
}

interface Prepared {
  readonly request: CloudDeployRequest
  readonly signal: AbortSignal
}

/** `todo5 deploy oke --dry-run`: asks neither a cloud nor a cluster. */
export async function planCloud(command: CloudCommand): Promise<DeployPlanJson> {
  return await prepared(command, async ({request, signal}) => {
    const {capacity, steps} = await planCloudDeploy(request, signal)
    if (capacity !== undefined) {
      printCapacity(command.out, capacity)
      command.out.data('')
    } else {
      command.out.note('todo5 does not know how big nodes of this size are: whether all of it fits was not counted.')
    }
    printSteps(command.out, steps)
    if (capacity !== undefined) (await import('./operations/capacity/capacity.ts')).refuseWhatDoesNotFit(capacity)
    return {
      dry_run: true,
      capacity: capacity === undefined ? null : capacityJson(capacity),
      steps,
      steps_back: [],
      diff: null,
    }
  })
}

/** `todo5 deploy oke`. */
export async function runDeployCloud(command: CloudCommand): Promise<DeployJson> {
  const {composition, out, target, environment, flags} = command
  const name = `${target}-${environment}`
  if (command.ask === undefined && !flags.yes && flags.confirm !== name) throw unconfirmed(command)
  let changes: readonly ResourceChange[] | undefined
  let diff: readonly ObjectDiff[] | null = null
  const progress = releaseProgress(out)
  try {
    return await prepared(command, async ({request, signal}) => {
      const running: CloudDeploying = {
        toolchain: request.toolchain,
        signal,
        onEvent: progress,
        onCapacity: (capacity) => {
          if (out.isTTY) printCapacityNote(out, capacity)
        },
        onPlan: (plan) => {
          ;({changes} = plan)
          printTerraformPlan(out, plan)
        },
        confirm: async (plan, losses) => await confirmPlan(command, plan, losses),
        useKubeconfig: (file) => composition.useKubeconfig(file),
        onReleasePlan: (plan) => {
          if (command.showDiff === undefined) return
          command.showDiff(plan)
          ;({diff} = plan)
        },
      }
      const {changes: applied, ...deployed} = await deployCloud(request, running)
      const {good, symbols} = out.style
      const {kubeContext: kube_context, namespace} = clusterPlaceOf(request.place)
      out.data(`${good(symbols.done)} ${name} runs ${deployed.image ?? 'it'}, revision ${deployed.revision}`)
      out.data(`  App         ${deployed.endpoint}`)
      out.data(`  kubeconfig  ${request.place.kubeconfig}`)
      await composition.summarize(summaryOfDeploy({name, changes: applied}, deployed))
      const terraform = applied.map(({address, action}) => ({resource: address, action}))
      const {revision, image, seconds, endpoint} = deployed
      return {target, environment, kube_context, namespace, revision, image, seconds, endpoint, terraform, diff}
    })
  } catch (error) {
    await composition.summarize(summaryOfFailure({name, changes}, toCliError(error)))
    throw error
  }
}

async function prepared<T>(command: CloudCommand, work: (prepared: Prepared) => Promise<T>): Promise<T> {
  const {composition, target, environment, flags} = command
  const {namespace} = flags
  const settings = flags.settings && resolve(composition.folder, flags.settings)
  const place = cloudPlace({target, environment, settings, namespace}, composition.paths)
  const toolchain = await composition.toolchain()
  const calls = clusterCalls(toolchain)
  const reach = {calls, place: clusterPlaceOf(place), toolchain}
  return await interruptible(
    async (signal) =>
      await inFolder('todo5-deploy-', async (folder) => {
        const request: CloudDeployRequest = {
          place,
          root: composition.root,
          toolchain,
          calls,
          kafka: flags.kafka,
          monitoring: flags.monitoring,
          dapr: {path: flags['dapr-chart'], version: BUNDLES.dapr.release!},
          imageTag: flags['image-tag'],
          values: flags.values ?? [],
          set: flags.set ?? [],
          daprValues: command.daprValues,
          folder,
          attended: command.ask !== undefined,
          release: {
            place: reach.place,
            by: holderHere(composition),
            now: () => composition.now(),
            takeOver: flags['take-over'] ?? false,
            verify: verifySteps(calls, reach.place, [
              verifyCloud({
                ...reach,
                http: composition.http,
                stateDir: composition.paths.state,
                now: () => composition.now(),
                onWarning: (text) => command.out.warning(text),
              }),
            ]),
          },
        }
        return await work({request, signal})
      }),
  )
}

/** Before anything was asked of a cloud: a run of CI learns it at once. */
const unconfirmed = ({target, environment}: CloudCommand): CliError =>
  usageError(
    `Nobody is there who could confirm what Terraform would do to ${target}-${environment}.`,
    'confirmation_needed',
    `todo5 deploy ${target} --env ${environment} --yes        confirms it, unless something is destroyed`,
    `todo5 deploy ${target} --env ${environment} --dry-run        shows the steps`,
  )

/** --yes is for what can be taken back; what holds data wants its name typed, or --confirm NAME. */
async function confirmPlan(
  {target, environment, flags, ask}: CloudCommand,
  plan: TerraformPlan,
  losses: readonly ResourceChange[],
): Promise<void> {
  const name = `${target}-${environment}`
  if (losses.length > 0) {
    const confirm = confirmation({
      name,
      given: flags.confirm,
      ask,
      words: {
        needed: `Terraform would destroy what holds data or carries the rest: ${losses.map(({address}) => address).join(', ')}. --yes does not confirm that.`,
        command: `todo5 deploy ${target} --env ${environment}`,
        deed: 'let it',
        refused: 'Nothing was changed.',
      },
    })
    return await confirm(lossLines(losses))
  }
  await confirmChange({
    yes: flags.yes ?? flags.confirm === name,
    ask,
    what: `Terraform: ${changesText(plan.changes)}.`,
    question: 'Apply it?',
  })
}

/** On a terminal one line says whether it fits; --dry-run has the table. */
function printCapacityNote(out: Output, {totals}: Capacity): void {
  const cpu = totals.find(({resource}) => resource === 'cpu')!
  const memory = totals.find(({resource}) => resource === 'memory')!
  out.note(`  fits: ${totalText(cpu)}, ${totalText(memory)}`)
}

const capacityJson = ({lines, totals}: Capacity) => ({
  items: lines.map(({part, item, pods, milliCores, memory, storage, loadBalancers}: CapacityLine) => ({
    part,
    item,
    pods,
    cpu_millicores: milliCores,
    memory_bytes: memory,
    storage_bytes: storage,
    load_balancers: loadBalancers,
  })),
  totals: totals.map(({resource, used, limit}: CapacityTotal) => ({resource, used, limit})),
})
