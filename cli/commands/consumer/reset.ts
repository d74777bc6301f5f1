import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {confirmChange} from '../../confirm-change.ts'
import {confirmedFlags, databaseFlags} from '../../flags.ts'
import {kafkaFlags} from '../../kafka-flags.ts'
import {findPlace} from '../../operations/cluster/find-place.ts'
import type {DaprTarget} from '../../operations/dapr-targets.ts'
import {openConsumers} from '../../operations/consumers/open-consumers.ts'
import type {ResetTo} from '../../operations/consumers/plan-reset.ts'
import {
  howToStart,
  howToStop,
  planConsumerReset,
  refuseActive,
  type ResetPlan,
  resetConsumer,
  type WhereRun,
} from '../../operations/consumers/reset-consumer.ts'
import {parseSince} from '../../operations/parse-since.ts'
import {printResets, resetSentence} from '../../views/consumer-lines.ts'

type Reset = ResetPlan & {readonly dry_run: boolean}

const WHERE = ['to-datetime', 'to-earliest', 'to-latest', 'shift']

export default class ConsumerReset extends BaseCommand<Reset> {
  static override inCluster = 'database' as const
  static override summary = 'Let a consumer read events again, or skip them.'
  static override description =
    'The consumer has to be stopped. What it has noted as handled of the events that come again is taken away, so that it handles them again; effects that are there already stay single. --keep-inbox leaves the notes.'
  static override args = {group: Args.string({required: true, description: 'Such as recurring-task-service.'})}
  static override flags = {
    'to-datetime': Flags.string({
      exactlyOne: WHERE,
      helpValue: 'WHEN',
      description: 'Events from then on: 1h, 1d (ago), or a time such as 2026-11-21T09:00Z.',
    }),
    'to-earliest': Flags.boolean({exactlyOne: WHERE, description: 'All events that are kept.'}),
    'to-latest': Flags.boolean({exactlyOne: WHERE, description: 'Only what comes from now on.'}),
    shift: Flags.integer({
      exactlyOne: WHERE,
      helpValue: 'N',
      description: 'So many events forward in each partition, or back with --shift=-N.',
    }),
    topic: Flags.string({description: 'Only this topic (default: all that it reads).'}),
    'keep-inbox': Flags.boolean({description: 'Leave what is noted as handled: it is not handled again.'}),
    ...confirmedFlags,
    ...databaseFlags,
    ...kafkaFlags,
  }
  static override examples = [
    '<%= config.bin %> consumer reset audit-service --to-datetime 1d --dry-run',
    '<%= config.bin %> consumer reset recurring-task-service --to-datetime 2026-11-21T09:00Z',
    '<%= config.bin %> consumer reset notification-service --shift=-100 --yes',
  ]

  override async run(): Promise<Reset> {
    const {args, flags} = await this.parse(ConsumerReset)
    const to = this.#goal(flags)
    const {target, admin, stream, reader, close} = await openConsumers(this.composition, flags)
    try {
      const consumer = await reader.one(args.group)
      const dryRun = flags['dry-run']
      const where = await this.#where(target, flags)
      if (!dryRun) refuseActive(consumer, where)
      const handled = flags['keep-inbox']
        ? undefined
        : await this.composition.handledEvents(target, flags['database-url'])
      try {
        const plan = await planConsumerReset({stream, handled}, consumer, {to, topic: flags.topic})
        printResets(this.out, plan.partitions)
        if (dryRun) return this.#rehearse(plan, where)
        const what = resetSentence(plan, 'future')
        await confirmChange({yes: flags.yes, ask: this.ask, what, question: 'Reset it?'})
        const done = await resetConsumer({admin, stream, handled}, plan, where)
        this.out.data(resetSentence(done, 'past'))
        for (const command of howToStart(args.group, where)) this.out.tip('start it again', command)
        return {...done, dry_run: false}
      } finally {
        await handled?.close()
      }
    } finally {
      await close()
    }
  }

  async #where(
    target: DaprTarget | null,
    {'kube-context': kubeContext, namespace}: {'kube-context'?: string | undefined; namespace?: string | undefined},
  ): Promise<WhereRun> {
    if (target !== 'minikube')
      return {target, place: {...(kubeContext && {kubeContext}), ...(namespace && {namespace})}}
    return {target, place: (await findPlace({target, kubeContext, namespace}, this.composition.paths.state)).place}
  }

  #rehearse(plan: ResetPlan, where: WhereRun): Reset {
    this.out.data(resetSentence(plan, 'future'))
    if (plan.members > 0)
      this.out.note(`It is refused while ${plan.group} has members:`, ...howToStop(plan.group, where))
    return {...plan, dry_run: true}
  }

  #goal(flags: {
    'to-datetime'?: string | undefined
    'to-earliest': boolean
    'to-latest': boolean
    shift?: number | undefined
  }): ResetTo {
    const when = flags['to-datetime']
    if (when !== undefined) return {kind: 'datetime', at: parseSince(when, this.composition.now(), '--to-datetime')}
    if (flags.shift !== undefined) return {kind: 'shift', by: flags.shift}
    return {kind: flags['to-earliest'] ? 'earliest' : 'latest'}
  }
}
