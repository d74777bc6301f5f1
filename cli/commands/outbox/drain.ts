import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {confirmChange} from '../../confirm-change.ts'
import {confirmedFlags} from '../../flags.ts'
import {interruptible} from '../../interruption.ts'
import {kafkaFlags} from '../../kafka-flags.ts'
import {awaitRelay, drainThrough} from '../../operations/drain-outbox.ts'
import {checkDrain} from '../../operations/check-drain.ts'
import {kafkaOfOutbox} from '../../operations/outbox-place.ts'
import {outboxStatus} from '../../operations/outbox-status.ts'
import {parseDuration} from '../../operations/parse-duration.ts'
import {outboxFlags} from '../../outbox-flags.ts'
import {type DrainResult, drainProgress, drainSteps, printDrained, stuckAdvice} from '../../views/outbox-lines.ts'

type Result = DrainResult | {readonly dry_run: true; readonly steps: readonly string[]}

export default class OutboxDrain extends BaseCommand<Result> {
  static override inCluster = 'outbox' as const
  static override summary = 'Wait until the outbox is empty, or publish it past Dapr.'
  static override description = `Without --via kafka it waits until the relay of the Task Service has published what is there now; nothing has to be woken for that.
With --via kafka, for when Dapr's pub/sub is down, it takes the lease from the relay, publishes what is there now to Kafka itself (the same events, keys and partitions) and gives the lease back, on Ctrl-C too. What the relay had under way can be published twice; consumers handle it once.`
  static override flags = {
    via: Flags.option({
      options: ['bus', 'kafka'] as const,
      default: 'bus' as const,
      description: 'Who publishes: the relay as always, or this command, past Dapr.',
    })(),
    follow: Flags.boolean({char: 'f', description: 'Go on with what comes, until Ctrl-C.'}),
    wait: Flags.string({
      helpValue: 'DURATION',
      default: '30s',
      description: 'Give up when nothing has left for so long; never with --follow.',
    }),
    ...confirmedFlags,
    ...kafkaFlags,
    ...outboxFlags,
  }
  static override examples = [
    '<%= config.bin %> outbox drain',
    '<%= config.bin %> outbox drain --via kafka --dry-run',
    '<%= config.bin %> outbox drain --via kafka --follow --yes',
  ]

  override async run(): Promise<Result> {
    const {flags} = await this.parse(OutboxDrain)
    const patienceMs = parseDuration(flags.wait, '--wait') * 1000
    const {desk, target, holder} = await this.composition.outbox(flags)
    const advice = stuckAdvice(flags.via, target)
    const progress = drainProgress(this.out, () => this.composition.now())
    const options = {follow: flags.follow, patienceMs, advice, progress}
    try {
      const status = await outboxStatus(desk)
      if (flags.via === 'bus') {
        if (flags['dry-run']) return this.#rehearse(drainSteps(status, null))
        return this.#finish('bus', await interruptible(async (signal) => await awaitRelay(desk, {...options, signal})))
      }
      const {admin, connection} = await this.composition.kafka(kafkaOfOutbox(flags, target))
      try {
        await checkDrain(admin, status, connection.brokers)
      } finally {
        await admin.close()
      }
      const steps = drainSteps(status, connection.brokers)
      if (flags['dry-run']) return this.#rehearse(steps)
      if (status.waiting === 0 && !flags.follow) return this.#finish('kafka', {published: [], left: 0})
      await confirmChange({yes: flags.yes, ask: this.ask, what: `This will ${steps.join(', ')}.`, question: 'Do it?'})
      const publisher = await this.composition.publisher(connection, await desk.source())
      try {
        return this.#finish(
          'kafka',
          await interruptible(async (signal) => await drainThrough(desk, {...options, signal, publisher, holder})),
        )
      } finally {
        await publisher.close()
      }
    } finally {
      await desk.close()
    }
  }

  #rehearse(steps: readonly string[]): Result {
    this.out.data(...steps)
    return {dry_run: true, steps}
  }

  #finish(via: DrainResult['via'], drained: Omit<DrainResult, 'via'>): Result {
    const result = {via, ...drained}
    printDrained(this.out, result)
    return result
  }
}
