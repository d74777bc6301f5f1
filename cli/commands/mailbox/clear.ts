import {BaseCommand} from '../../base-command.ts'
import {rehearsalFlag} from '../../change-flags.ts'
import {printWould, type Steps} from '../../views/dry-run.ts'

export default class MailboxClear extends BaseCommand<{cleared: boolean} | Steps> {
  static override summary = 'Throw away the mails that the local mailbox has caught.'
  static override flags = {...rehearsalFlag}
  static override examples = ['<%= config.bin %> mailbox clear']

  override async run(): Promise<{cleared: boolean} | Steps> {
    const {flags} = await this.parse(MailboxClear)
    const api = await this.composition.api()
    if (flags['dry-run']) {
      const {mails} = await api.mails()
      return printWould(
        this.out,
        ...(mails.length === 0 ? [] : [`throw away ${mails.length} mail${mails.length === 1 ? '' : 's'}`]),
      )
    }
    await api.clearMails()
    this.out.data('The mailbox is empty.')
    return {cleared: true}
  }
}
