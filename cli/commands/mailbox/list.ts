import type {MailboxListResponse} from '../../../services/contracts/mailbox.ts'
import {BaseCommand} from '../../base-command.ts'
import {zoneFlags} from '../../flags.ts'
import {plainDue, shortDate, clock} from '../../time/show-time.ts'

export default class MailboxList extends BaseCommand<MailboxListResponse> {
  static override paged = true
  static override summary = 'Mails that the local mailbox has caught, newest first.'
  static override flags = {...zoneFlags}
  static override examples = ['<%= config.bin %> mailbox list', '<%= config.bin %> mailbox list --json']

  override async run(): Promise<MailboxListResponse> {
    const {flags} = await this.parse(MailboxList)
    const api = await this.composition.api()
    const {zone, now} = await this.accountView(api, flags)
    const list = await api.mails()
    if (list.mails.length === 0) {
      this.out.note('The mailbox is empty.')
      return list
    }
    const when = (at: number): string =>
      this.out.isTTY ? `${shortDate(at, now, zone)} ${clock(at, zone)}` : plainDue({at, hasTime: true}, zone)
    this.out.table(
      [
        {title: 'ID', text: (mail) => String(mail.id), align: 'right', paint: (cell) => this.out.style.dim(cell)},
        {title: 'RECEIVED', text: (mail) => when(Date.parse(mail.received_at))},
        {title: 'TO', text: (mail) => mail.to, atLeast: 10},
        {title: 'SUBJECT', text: (mail) => mail.subject, atLeast: 15},
      ],
      list.mails,
    )
    return list
  }
}
