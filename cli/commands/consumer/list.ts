import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {untilInterrupted} from '../../interruption.ts'
import {kafkaFlags} from '../../kafka-flags.ts'
import {openConsumers, type OpenConsumers} from '../../operations/consumers/open-consumers.ts'
import {parseListen} from '../../operations/consumers/parse-listen.ts'
import type {ConsumerReader} from '../../operations/consumers/read-consumers.ts'
import {type ConsumerSummary, summarize} from '../../operations/consumers/summarize.ts'
import type {Output} from '../../output.ts'
import {printConsumers} from '../../views/consumer-lines.ts'
import {watchFlags, watchIt} from '../../watching.ts'

interface Listed {
  readonly consumers: readonly ConsumerSummary[]
}

export default class ConsumerList extends BaseCommand<Listed | undefined> {
  static override inCluster = 'stream' as const
  static override summary = 'Who reads the topics, how far, and what waits for them.'
  static override description =
    'OLDEST is how long the oldest event that is not acknowledged has been in its topic. --listen answers on /metrics with the names of kafka_exporter, and with kafka_consumergroup_lag_seconds.'
  static override flags = {
    ...kafkaFlags,
    ...watchFlags(2),
    listen: Flags.string({
      exclusive: ['watch'],
      helpValue: 'PORT',
      description: 'Serve Prometheus until Ctrl-C, on 127.0.0.1 or, with HOST:PORT, elsewhere.',
    }),
  }
  static override examples = [
    '<%= config.bin %> consumer list',
    '<%= config.bin %> consumer list --watch',
    '<%= config.bin %> consumer list --listen 9308',
  ]

  override async run(): Promise<Listed | undefined> {
    const {flags} = await this.parse(ConsumerList)
    const address = flags.listen === undefined ? undefined : parseListen(flags.listen)
    const consumers = await openConsumers(this.composition, flags)
    const {reader} = consumers
    try {
      if (address) {
        await this.#listen(address, consumers)
        return undefined
      }
      if (flags.watch) {
        await this.#watch(reader, flags.interval)
        return undefined
      }
      const found = summarize((await reader.all()).consumers)
      this.#print(this.out, found)
      return {consumers: found}
    } finally {
      await consumers.close()
    }
  }

  #print(out: Output, consumers: readonly ConsumerSummary[]): void {
    if (consumers.length > 0) printConsumers(out, consumers)
    else out.note('Nobody reads anything.', 'todo5 topic list        are there topics?')
  }

  async #watch(reader: ConsumerReader, interval: number): Promise<void> {
    await watchIt({
      composition: this.composition,
      out: this.out,
      printLine: this.jsonEnabled() ? (look) => this.printLine(look) : undefined,
      intervalSeconds: interval,
      read: async () => ({consumers: summarize((await reader.all()).consumers)}),
      print: (out, {consumers}) => this.#print(out, consumers),
    })
  }

  async #listen(address: {host: string; port: number}, consumers: OpenConsumers): Promise<void> {
    const {serveLag} = await import('../../operations/consumers/serve-lag.ts')
    const server = await serveLag(address, consumers)
    try {
      if (this.jsonEnabled()) this.out.json({url: server.url})
      this.out.data(server.url)
      this.out.note('Until Ctrl-C.')
      await untilInterrupted(
        async (signal) => await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
      )
    } finally {
      await server.close()
    }
  }

  /** What watches or listens has printed already. */
  override logJson(json: unknown): void {
    if (json !== undefined) super.logJson(json)
  }
}
