import {BaseCommand} from '../../base-command.ts'
import {kafkaFlags, replicationFlag} from '../../kafka-flags.ts'
import {diffTopics} from '../../operations/apply-topics.ts'
import {targetOf} from '../../operations/kafka-access.ts'
import type {TopicChange} from '../../operations/plan-topics.ts'
import {printChanges} from '../../views/topic-lines.ts'

interface Difference {
  readonly target: string
  readonly in_sync: boolean
  readonly changes: readonly TopicChange[]
}

export default class TopicDiff extends BaseCommand<Difference> {
  static override inCluster = 'stream' as const
  static override summary = 'What topic apply would change.'
  static override flags = {...kafkaFlags, ...replicationFlag}
  static override examples = ['<%= config.bin %> topic diff', '<%= config.bin %> topic diff --json']

  override async run(): Promise<Difference> {
    const {flags} = await this.parse(TopicDiff)
    const access = await this.composition.kafka(flags)
    try {
      const target = targetOf(access)
      const changes = await diffTopics(access.admin, {target, replication: flags.replication})
      if (changes.length === 0) this.out.data('No difference: the topics are as they should be.')
      printChanges(this.out, changes)
      return {target, in_sync: changes.length === 0, changes}
    } finally {
      await access.admin.close()
    }
  }
}
