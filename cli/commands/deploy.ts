import {join} from 'node:path'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.ts'
import {valuesOf} from '../dapr-flags.ts'
import {interruptible} from '../interruption.ts'
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
import type {ObjectDiff} from '../operations/release/diff-manifests.ts'
import {inFolder} from '../operations/release/in-folder.ts'
import {daprTargetOf} from '../operations/release/release-place.ts'
import {
  diffFlag,
  holderHere,
  isRunning,
  placeOfFlags,
  releaseArgs,
  releasePlaceFlags,
  releaseVerification,
  takeOverFlag,
} from '../release-flags.ts'
import {printDiff, printPlan, releaseProgress} from '../views/release-lines.ts'

interface DeployJson {
  readonly target: string
  readonly kube_context: string
  readonly namespace: string
  readonly revision: number
  readonly image: string | null
  readonly seconds: number
  readonly diff: readonly ObjectDiff[] | null
}

interface DeployPlanJson {
  readonly dry_run: true
  readonly steps: readonly string[]
  readonly steps_back: readonly string[]
  readonly diff: readonly ObjectDiff[] | null
}

const CLUSTERS = DAPR_TARGETS.filter((target): target is Exclude<DaprTarget, 'host'> => target !== 'host')

export default class Deploy extends BaseCommand<DeployJson | DeployPlanJson> {
  static override summary = 'Bring a version to a cluster; what fails goes back by itself.'
  static override description = [
    'Installs the chart with its Dapr resources, or brings it to what it is now; settings of before are kept. Migrates the database, waits until each service is ready, and then verifies: it adds a task by a forwarded port, with a key of the operator, and sees its reminder, its completion and the next one. Only then is the revision noted as good. When anything fails, the last good revision comes back by itself and is verified, too; with none, all is left to be looked at.',
    'The old pods serve until the new ones are ready, so nobody notices either.',
  ].join('\n\n')
  static override args = releaseArgs
  static override flags = {
    env: Flags.option({
      options: ['staging', 'production'] as const,
      description: 'oke, aks, gke: which of their environments; its context is TARGET-ENV.',
    })(),
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
    '<%= config.bin %> deploy my-context --namespace tasks --values values.yaml',
  ]

  override async run(): Promise<DeployJson | DeployPlanJson> {
    const {args, flags} = await this.parse(Deploy)
    const {composition} = this
    const context = flags['kube-context'] ?? (flags.env === undefined ? undefined : `${args.target}-${flags.env}`)
    const place = await placeOfFlags(composition, args.target, {...flags, 'kube-context': context})
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
              values: valuesOf(flags['dapr-set']),
            },
            values: flags.values ?? [],
            set: flags.set ?? [],
            by: holderHere(composition),
            now: () => composition.now(),
            isRunning,
            takeOver: flags['take-over'] ?? false,
            verify: releaseVerification(composition, {calls, place, toolchain}),
          }
          const plan = await planDeploy(request, signal)
          if (flags.diff) this.#diff(plan)
          const diff = flags.diff ? plan.diff : null
          if (flags['dry-run']) return this.#plan(request, plan, diff, signal)
          const deployed = await deploy(request, plan, {toolchain, signal, onEvent: releaseProgress(this.out)})
          const {target, kubeContext: kube_context, namespace} = place
          const {good, symbols} = this.out.style
          this.out.data(`${good(symbols.done)} ${target} runs ${deployed.image ?? 'it'}, revision ${deployed.revision}`)
          return {target, kube_context, namespace, ...deployed, diff}
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
    return {dry_run: true, steps, steps_back, diff}
  }
}
