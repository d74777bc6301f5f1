import * as Args from '@oclif/core/args'
import {BaseCommand} from '../../base-command.ts'
import {kafkaFlags} from '../../kafka-flags.ts'
import {showTopic, type TopicDetails} from '../../operations/read-topics.ts'
import {printTopic} from '../../views/topic-lines.ts'

export default class TopicShow extends BaseCommand<TopicDetails> {
  static override paged = true
  static override inCluster = 'stream' as const
  static override summary = 'One topic: its settings, and how far its partitions reach.'
  static override args = {topic: Args.string({required: true, description: 'Such as task-events.'})}
  static override flags = {...kafkaFlags}
  static override examples = ['<%= config.bin %> topic show task-events']

  override async run(): Promise<TopicDetails> {
    const {args, flags} = await this.parse(TopicShow)
    const {admin} = await this.composition.kafka(flags)
    try {
      const topic = await showTopic(admin, args.topic)
      printTopic(this.out, topic)
      return topic
    } finally {
      await admin.close()
    }
  }
}
