import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {kafkaFlags, replicationFlag} from '../../kafka-flags.ts'
import {applyTopics, diffTopics} from '../../operations/apply-topics.ts'
import {targetOf} from '../../operations/kafka-access.ts'
import type {TopicChange} from '../../operations/plan-topics.ts'
import {changeLine, printChanges} from '../../views/topic-lines.ts'

interface Applied {
  readonly target: string
  readonly changes: readonly TopicChange[]
}

export default class TopicApply extends BaseCommand<Applied | {dry_run: true; steps: string[]}> {
  static override inCluster = 'stream' as const
  static override summary = 'Make the topics what they should be.'
  static override description =
    'task-events, reminders, task-updates and the dead letters of each, 12 partitions; on host and minikube kept for 7 days, in the cloud for 30 days in 3 copies. Safe to repeat. Partitions are never taken away, topics never deleted.'
  static override flags = {
    ...kafkaFlags,
    ...replicationFlag,
    confirm: Flags.boolean({description: 'Add partitions to a topic that has events, too; that moves users.'}),
    'dry-run': Flags.boolean({char: 'n', description: 'Print the steps, change nothing.'}),
  }
  static override examples = [
    '<%= config.bin %> topic apply',
    '<%= config.bin %> topic apply --target oke --brokers seed.example.com:9092 --dry-run',
  ]

  override async run(): Promise<Applied | {dry_run: true; steps: string[]}> {
    const {flags} = await this.parse(TopicApply)
    const access = await this.composition.kafka(flags)
    const {admin} = access
    try {
      const request = {target: targetOf(access), replication: flags.replication}
      if (flags['dry-run']) {
        const steps = (await diffTopics(admin, request)).map(changeLine)
        this.out.data(...(steps.length > 0 ? steps : [NOTHING]))
        return {dry_run: true, steps}
      }
      const changes = await applyTopics(admin, {...request, confirm: flags.confirm})
      if (changes.length === 0) this.out.data(NOTHING)
      printChanges(this.out, changes)
      return {target: request.target, changes}
    } finally {
      await admin.close()
    }
  }
}

const NOTHING = 'Nothing to do: the topics are as they should be.'
