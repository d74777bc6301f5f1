import * as Args from '@oclif/core/args'
import {BaseCommand} from '../../base-command.ts'
import {kafkaFlags} from '../../kafka-flags.ts'
import type {Consumer} from '../../operations/consumers/read-consumers.ts'
import {openConsumers} from '../../operations/consumers/open-consumers.ts'
import {printConsumer} from '../../views/consumer-lines.ts'

export default class ConsumerShow extends BaseCommand<Consumer> {
  static override paged = true
  static override inCluster = 'stream' as const
  static override summary = 'One consumer group: its members, and what waits for it.'
  static override args = {group: Args.string({required: true, description: 'Such as recurring-task-service.'})}
  static override flags = {...kafkaFlags}
  static override examples = ['<%= config.bin %> consumer show recurring-task-service']

  override async run(): Promise<Consumer> {
    const {args, flags} = await this.parse(ConsumerShow)
    const {reader, close} = await openConsumers(this.composition, flags)
    try {
      const consumer = await reader.one(args.group)
      printConsumer(this.out, consumer)
      return consumer
    } finally {
      await close()
    }
  }
}
