import {BaseCommand} from '../../base-command.ts'
import {outboxFlags} from '../../outbox-flags.ts'
import {type OutboxStatus, outboxStatus} from '../../operations/outbox-status.ts'
import {printOutbox} from '../../views/outbox-lines.ts'

export default class OutboxStatusCommand extends BaseCommand<OutboxStatus> {
  static override inCluster = 'outbox' as const
  static override summary = 'What waits to be published, and what the bus refuses.'
  static override flags = {...outboxFlags}
  static override examples = ['<%= config.bin %> outbox status', '<%= config.bin %> outbox status --json']

  override async run(): Promise<OutboxStatus> {
    const {flags} = await this.parse(OutboxStatusCommand)
    const {desk} = await this.composition.outbox(flags)
    try {
      const status = await outboxStatus(desk)
      printOutbox(this.out, status)
      return status
    } finally {
      await desk.close()
    }
  }
}
