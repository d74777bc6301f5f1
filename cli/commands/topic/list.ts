import {BaseCommand} from '../../base-command.ts'
import {kafkaFlags} from '../../kafka-flags.ts'
import {listTopics, type TopicSummary} from '../../operations/read-topics.ts'
import {printTopics} from '../../views/topic-lines.ts'

export default class TopicList extends BaseCommand<{topics: TopicSummary[]}> {
  static override inCluster = 'stream' as const
  static override summary = 'All topics but those that Kafka keeps for itself.'
  static override flags = {...kafkaFlags}
  static override examples = ['<%= config.bin %> topic list', '<%= config.bin %> topic list --brokers 127.0.0.1:9092']

  override async run(): Promise<{topics: TopicSummary[]}> {
    const {flags} = await this.parse(TopicList)
    const {admin} = await this.composition.kafka(flags)
    try {
      const topics = await listTopics(admin)
      if (topics.length > 0) printTopics(this.out, topics)
      else this.out.note('There are no topics.', 'todo5 topic apply        makes them')
      return {topics}
    } finally {
      await admin.close()
    }
  }
}
