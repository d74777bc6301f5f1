import {BaseCommand} from '../../base-command.ts'

export default class MailboxClear extends BaseCommand<{cleared: boolean}> {
  static override summary = 'Throw away the mails that the local mailbox has caught.'
  static override examples = ['<%= config.bin %> mailbox clear']

  override async run(): Promise<{cleared: boolean}> {
    await this.parse(MailboxClear)
    await (await this.composition.api()).clearMails()
    this.out.data('The mailbox is empty.')
    return {cleared: true}
  }
}
