import {join} from 'node:path'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.ts'
import {valuesOf} from '../dapr-flags.ts'
import type {CloudCommand, DeployJson, DeployPlanJson} from '../deploy-cloud.ts'
import {interruptible} from '../interruption.ts'
import {CLOUD_TARGETS, ENVIRONMENTS} from '../operations/cloud/cloud-place.ts'
import {daprValuesNoted} from '../operations/cluster/monitoring-noted.ts'
import {DAPR_TARGETS, type DaprTarget} from '../operations/dapr-targets.ts'
import {clusterCalls} from '../operations/release/cluster-calls.ts'
import {
  deploy,
  type DeployPlan,
  deploySteps,
  type DeployRequest,
  planDeploy,
  stepsBack,
} from '../operations/release/deploy.ts'
import {inFolder} from '../operations/release/in-folder.ts'
import {daprTargetOf} from '../operations/release/release-place.ts'
import {
  diffFlag,
  holderHere,
  placeOfFlags,
  releaseArgs,
  releasePlaceFlags,
  releaseVerification,
  takeOverFlag,
} from '../release-flags.ts'
import {summarized} from '../summarized.ts'
import {printDiff, printPlan, releaseProgress} from '../views/release-lines.ts'

type AnyDeploy = DeployJson | DeployPlanJson

const CLUSTERS = DAPR_TARGETS.filter((target): target is Exclude<DaprTarget, 'host'> => target !== 'host')

export default class Deploy extends BaseCommand<AnyDeploy> {
  static override summary = 'Bring a version to a cluster; what fails goes back by itself.'
  static override description = [
    'Installs the chart with its Dapr resources, or brings it to what it is now; settings of before are kept. Migrates the database, waits until each service is ready, and then verifies: it adds a task by a forwarded port, with a key of the operator, and sees its reminder, its completion and the next one. Only then is the revision noted as good. When anything fails, the last good revision comes back by itself and is verified, too; with none, all is left to be looked at.',
    'oke, aks, gke: makes the cluster, too. Terraform says what it would do and is confirmed; then come Dapr, External Secrets with the Secrets out of the vault, the topics, and todo5. What has to be known of your account is in a folder of settings (docs/cloud.md). With --kube-context the cluster is there, and todo5 alone is brought.',
    'The old pods serve until the new ones are ready, so nobody notices either.',
  ].join('\n\n')
  static override args = releaseArgs
  static override flags = {
    env: Flags.option({
      options: ENVIRONMENTS,
      description: 'oke, aks, gke: which of their environments (default: production).',
    })(),
    settings: Flags.string({
      helpValue: 'FOLDER',
      env: 'TODO5_CLOUD_SETTINGS',
      description:
        'oke, aks, gke: the folder of terraform.tfvars, backend.tf and values.yaml (default: cloud/TARGET-ENV beside the configuration).',
    }),
    kafka: Flags.option({
      options: ['elsewhere', 'strimzi'] as const,
      default: 'elsewhere',
      description: 'oke, aks, gke: Kafka at Redpanda Cloud or another place, or by Strimzi in the cluster.',
    })(),
    monitoring: Flags.boolean({
      allowNo: true,
      default: true,
      description: 'oke, aks, gke: count room for Prometheus, Grafana and Zipkin.',
    }),
    'dapr-chart': Flags.string({
      helpValue: 'PATH',
      description: "oke, aks, gke: Dapr's chart as a folder or .tgz, in place of the one of its repository.",
    }),
    yes: Flags.boolean({char: 'y', description: 'oke, aks, gke: apply what Terraform plans, unless data are lost.'}),
    confirm: Flags.string({
      helpValue: 'NAME',
      description: 'oke, aks, gke: also where a cluster or data are lost: the name of the environment, TARGET-ENV.',
    }),
    'image-tag': Flags.string({
      helpValue: 'TAG',
      description: 'Which image (default: the one it has, or of this version).',
    }),
    ...diffFlag,
    ...releasePlaceFlags,
    set: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'NAME=VALUE',
      description: 'A value of the chart, as helm takes it; no secret.',
    }),
    values: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'FILE',
      description: 'Values of the chart in a file.',
    }),
    'dapr-target': Flags.option({
      options: CLUSTERS,
      description: 'Whose Dapr resources go with it (default: of the target; of another context those of minikube).',
    })(),
    'dapr-set': Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'NAME=VALUE',
      description: 'A value of them, as --set of todo5 dapr render.',
    }),
    ...takeOverFlag,
    'dry-run': Flags.boolean({char: 'n', description: 'Print the steps, change nothing.'}),
  }
  static override examples = [
    '<%= config.bin %> deploy minikube --image-tag 1.5.0',
    '<%= config.bin %> deploy minikube --image-tag 1.5.0 --diff --dry-run',
    '<%= config.bin %> deploy oke --dry-run',
    '<%= config.bin %> deploy gke --env staging --image-tag 1.5.0 --yes',
    '<%= config.bin %> deploy my-context --namespace tasks --values values.yaml',
  ]

  override async run(): Promise<AnyDeploy> {
    const {args, flags} = await this.parse(Deploy)
    const {composition} = this
    const target = CLOUD_TARGETS.find((one) => one === args.target)
    if (target !== undefined && flags['kube-context'] === undefined) {
      const {planCloud, runDeployCloud} = await import('../deploy-cloud.ts')
      const command: CloudCommand = {
        composition,
        out: this.out,
        ask: this.ask,
        target,
        environment: flags.env ?? 'production',
        flags,
        daprValues: valuesOf(flags['dapr-set']),
        showDiff: flags.diff ? (plan) => this.#diff(plan) : undefined,
      }
      return flags['dry-run'] ? await planCloud(command) : await runDeployCloud(command)
    }
    const place = await placeOfFlags(composition, args.target, flags)
    const watched = await daprValuesNoted(place, composition.paths.state)
    const toolchain = await composition.toolchain()
    const calls = clusterCalls(toolchain)
    return await interruptible(
      async (signal) =>
        await inFolder('todo5-deploy-', async (folder) => {
          const request: DeployRequest = {
            calls,
            place,
            folder,
            chart: join(composition.root, 'charts', 'todo5'),
            imageTag: flags['image-tag'],
            dapr: {
              target: flags['dapr-target'] ?? daprTargetOf(args.target),
              values: {...watched, ...valuesOf(flags['dapr-set'])},
            },
            values: flags.values ?? [],
            set: flags.set ?? [],
            by: holderHere(composition),
            now: () => composition.now(),
            takeOver: flags['take-over'] ?? false,
            verify: releaseVerification(composition, {
              calls,
              place,
              toolchain,
              onWarning: (text) => this.out.warning(text),
            }),
          }
          const plan = await planDeploy(request, signal)
          if (flags.diff) this.#diff(plan)
          const diff = flags.diff ? plan.diff : null
          if (flags['dry-run']) return this.#plan(request, plan, diff, signal)
          const facts = {name: flags['kube-context'] ?? args.target, changes: undefined}
          const deployed = await summarized(composition, facts, async () => {
            return await deploy(request, plan, {toolchain, signal, onEvent: releaseProgress(this.out)})
          })
          const {target, kubeContext: kube_context, namespace} = place
          const {good, symbols} = this.out.style
          this.out.data(`${good(symbols.done)} ${target} runs ${deployed.image ?? 'it'}, revision ${deployed.revision}`)
          const none = {environment: null, endpoint: null, terraform: null}
          return {target, kube_context, namespace, ...none, ...deployed, diff}
        }),
    )
  }

  #diff({diff, pending}: DeployPlan): void {
    if (diff === null) this.out.note(`What differs can be told when revision ${pending!.revision} is finished.`)
    else printDiff(this.out, diff, 'what runs')
  }

  #plan(request: DeployRequest, plan: DeployPlan, diff: DeployPlanJson['diff'], signal: AbortSignal): DeployPlanJson {
    const steps = deploySteps(plan)
    const steps_back = stepsBack(request, plan, signal)
    printPlan(this.out, steps, steps_back)
    return {dry_run: true, capacity: null, steps, steps_back, diff}
  }
}
