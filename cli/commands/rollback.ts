import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.ts'
import {interruptible} from '../interruption.ts'
import {clusterCalls} from '../operations/release/cluster-calls.ts'
import type {ObjectDiff} from '../operations/release/diff-manifests.ts'
import {planRollback, rollBack, type RollbackRequest, rollbackSteps} from '../operations/release/roll-back.ts'
import {
  environmentFlag,
  diffFlag,
  holderHere,
  placeOfFlags,
  releaseArgs,
  releasePlaceFlags,
  releaseVerification,
  takeOverFlag,
} from '../release-flags.ts'
import {printDiff, printPlan, releaseProgress} from '../views/release-lines.ts'

interface RollbackJson {
  readonly target: string
  readonly kube_context: string
  readonly namespace: string
  readonly revision: number
  readonly to: number
  readonly image: string
  readonly seconds: number
  readonly diff: readonly ObjectDiff[] | null
}

interface RollbackPlanJson {
  readonly dry_run: true
  readonly steps: readonly string[]
  readonly diff: readonly ObjectDiff[] | null
}

export default class Rollback extends BaseCommand<RollbackJson | RollbackPlanJson> {
  static override summary = 'Bring back the last good revision of a cluster, with its Dapr resources.'
  static override description =
    'Good is a revision that was deployed and then verified. First its image looks whether it works with the schema of the database as it is now; if not, nothing is changed, and it says what would have to be done. Verifies afterwards.'
  static override args = releaseArgs
  static override flags = {
    to: Flags.integer({
      helpValue: 'REVISION',
      min: 1,
      description: 'Which one (default: the last good one that is something else than what runs).',
    }),
    ...diffFlag,
    ...environmentFlag,
    ...releasePlaceFlags,
    ...takeOverFlag,
    'dry-run': Flags.boolean({char: 'n', description: 'Print the steps, change nothing.'}),
  }
  static override examples = [
    '<%= config.bin %> rollback minikube',
    '<%= config.bin %> rollback minikube --to 4 --diff --dry-run',
  ]

  override async run(): Promise<RollbackJson | RollbackPlanJson> {
    const {args, flags} = await this.parse(Rollback)
    const {composition} = this
    const place = await placeOfFlags(composition, args.target, flags)
    const toolchain = await composition.toolchain()
    const calls = clusterCalls(toolchain)
    const request: RollbackRequest = {
      calls,
      place,
      to: flags.to,
      by: holderHere(composition),
      now: () => composition.now(),
      takeOver: flags['take-over'] ?? false,
      verify: releaseVerification(composition, {calls, place, toolchain, onWarning: (text) => this.out.warning(text)}),
    }
    return await interruptible(async (signal) => {
      const plan = await planRollback(request, signal)
      if (flags.diff) printDiff(this.out, plan.diff, `revision ${plan.from}`)
      const diff = flags.diff ? plan.diff : null
      if (flags['dry-run']) {
        const steps = rollbackSteps(plan)
        printPlan(this.out, steps, undefined)
        return {dry_run: true as const, steps, diff}
      }
      const back = await rollBack(request, plan, {toolchain, signal, onEvent: releaseProgress(this.out)})
      const {good, symbols} = this.out.style
      const {target, kubeContext: kube_context, namespace} = place
      this.out.data(
        `${good(symbols.done)} ${target} runs ${back.image} again, revision ${back.revision} (as ${back.to})`,
      )
      return {target, kube_context, namespace, ...back, diff}
    })
  }
}
