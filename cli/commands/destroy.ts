import {resolve} from 'node:path'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.ts'
import {confirmation} from '../confirmation.ts'
import {usageError} from '../errors.ts'
import {interruptible} from '../interruption.ts'
import {
  CLOUD_TARGETS,
  type CloudEnvironment,
  cloudPlace,
  type CloudTarget,
  ENVIRONMENTS,
} from '../operations/cloud/cloud-place.ts'
import {type CloudDestroyRequest, destroyCloud, planCloudDestroy} from '../operations/cloud/destroy-cloud.ts'
import {clusterCalls} from '../operations/release/cluster-calls.ts'
import {destroyedLines, printTerraformPlan} from '../views/cloud-lines.ts'
import {printSteps} from '../views/down-lines.ts'
import {releaseProgress} from '../views/release-lines.ts'

type DestroyJson =
  | {
      readonly target: CloudTarget
      readonly environment: CloudEnvironment
      readonly destroyed: readonly string[]
    }
  | {readonly dry_run: true; readonly steps: readonly string[]}

export default class Destroy extends BaseCommand<DestroyJson> {
  static override summary = 'Take an environment away from a cloud, with all that is in it.'
  static override description =
    'Shows what goes, and asks for the name of the environment; --confirm NAME gives it beforehand. First goes what Kubernetes has made in the cloud, such as load balancers and volumes, so that nothing of it stays and costs; then all that Terraform has made. Databases and Kafka elsewhere are left alone. What keeps itself from being destroyed at once (a vault for some days, a cluster of GKE with deletion_protection) is said by Terraform.'
  static override args = {
    target: Args.string({options: CLOUD_TARGETS, required: true, description: 'Which cloud.'}),
  }
  static override flags = {
    env: Flags.option({
      options: ENVIRONMENTS,
      description: 'Which of its environments (default: production).',
    })(),
    settings: Flags.string({
      helpValue: 'FOLDER',
      env: 'TODO5_CLOUD_SETTINGS',
      description: 'The folder of terraform.tfvars and backend.tf, as todo5 deploy has it.',
    }),
    namespace: Flags.string({helpValue: 'NAME', description: 'Where in the cluster todo5 is (default: todo5).'}),
    confirm: Flags.string({
      helpValue: 'NAME',
      description: 'Answers the question: the name of the environment, TARGET-ENV.',
    }),
    'skip-cluster': Flags.boolean({
      description: 'The cluster does not answer any more: leave what is in it to Terraform.',
    }),
    'dry-run': Flags.boolean({char: 'n', description: 'Print the steps, change nothing.'}),
  }
  static override examples = [
    '<%= config.bin %> destroy oke --env staging --dry-run',
    '<%= config.bin %> destroy oke --env staging --confirm oke-staging',
  ]

  override async run(): Promise<DestroyJson> {
    const {args, flags} = await this.parse(Destroy)
    const {composition, out} = this
    const target = CLOUD_TARGETS.find((one) => one === args.target)!
    const environment = flags.env ?? 'production'
    const settings = flags.settings && resolve(composition.folder, flags.settings)
    const place = cloudPlace({target, environment, settings, namespace: flags.namespace}, composition.paths)
    const toolchain = await composition.toolchain()
    const request: CloudDestroyRequest = {
      place,
      root: composition.root,
      toolchain,
      calls: clusterCalls(toolchain),
      skipCluster: flags['skip-cluster'] ?? false,
    }
    if (flags['dry-run']) {
      const steps = planCloudDestroy(request)
      printSteps(out, steps)
      return {dry_run: true, steps}
    }
    const command = `todo5 destroy ${target} --env ${environment}`
    const needed = `This destroys ${place.name}, so it has to be confirmed by its name.`
    if (this.ask === undefined && flags.confirm === undefined)
      throw usageError(needed, 'confirmation_needed', `${command} --confirm ${place.name}`)
    const confirm = confirmation({
      name: place.name,
      given: flags.confirm,
      ask: this.ask,
      words: {needed, command, deed: 'destroy all of it', refused: 'Nothing was destroyed.'},
    })
    const changes = await interruptible(
      async (signal) =>
        await destroyCloud(request, {
          toolchain,
          signal,
          onEvent: releaseProgress(out),
          onPlan: (plan) => printTerraformPlan(out, plan),
          confirm: async (plan) => await confirm(destroyedLines(plan)),
          useKubeconfig: (file) => composition.useKubeconfig(file),
        }),
    )
    const {good, symbols} = out.style
    out.data(
      changes.length === 0
        ? `${place.name} is not there.`
        : `${good(symbols.done)} ${place.name} is gone: ${changes.length} resources`,
    )
    return {target, environment, destroyed: changes.map(({address}) => address)}
  }
}
