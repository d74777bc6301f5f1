import {BaseCommand} from '../../base-command.ts'
import {confirmChange} from '../../confirm-change.ts'
import {confirmedFlags} from '../../flags.ts'
import {printWould, type Steps} from '../../views/dry-run.ts'

export default class MailboxClear extends BaseCommand<{cleared: boolean} | Steps> {
  static override summary = 'Throw away the mails that the local mailbox has caught.'
  static override flags = {...confirmedFlags}
  static override examples = ['<%= config.bin %> mailbox clear', '<%= config.bin %> mailbox clear --yes']

  override async run(): Promise<{cleared: boolean} | Steps> {
    const {flags} = await this.parse(MailboxClear)
    const api = await this.composition.api()
    const {mails} = await api.mails()
    const all = `${mails.length} mail${mails.length === 1 ? '' : 's'}`
    if (flags['dry-run']) return printWould(this.out, ...(mails.length === 0 ? [] : [`throw away ${all}`]))
    if (mails.length > 0) {
      const what = `${all} will be thrown away.`
      await confirmChange({yes: flags.yes, ask: this.ask, what, question: 'Throw away?'})
      await api.clearMails()
    }
    this.out.data('The mailbox is empty.')
    return {cleared: true}
  }
}
