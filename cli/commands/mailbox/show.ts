import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {MailResponse} from '../../../services/contracts/mailbox.ts'
import {BaseCommand} from '../../base-command.ts'
import {zoneFlags} from '../../flags.ts'
import {longInstant} from '../../time/show-time.ts'
import {printDetails} from '../../views/task-lines.ts'

export default class MailboxShow extends BaseCommand<MailResponse> {
  static override paged = true
  static override summary = 'One mail: who, when, and its text.'
  static override args = {id: Args.integer({required: true, min: 1, description: 'Id of the mail (mailbox list).'})}
  static override flags = {
    html: Flags.boolean({description: 'The HTML part, as it was sent.'}),
    headers: Flags.boolean({description: 'All headers too.'}),
    ...zoneFlags,
  }
  static override examples = ['<%= config.bin %> mailbox show 1', '<%= config.bin %> mailbox show 1 --html']

  override async run(): Promise<MailResponse> {
    const {args, flags} = await this.parse(MailboxShow)
    const api = await this.composition.api()
    const {zone} = await this.accountView(api, flags)
    const mail = await api.mail(args.id)
    if (flags.html) {
      this.out.raw(mail.html ?? '')
      return mail
    }
    printDetails(this.out, [
      ['from', mail.from],
      ['to', mail.to],
      ['subject', mail.subject],
      ['date', longInstant(Date.parse(mail.received_at), zone)],
      ...(flags.headers ? Object.entries(mail.headers) : []),
    ])
    this.out.data('', ...mail.text.trimEnd().split('\n'))
    return mail
  }
}
