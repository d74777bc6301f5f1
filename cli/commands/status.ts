import * as Args from '@oclif/core/args'
import {BaseCommand} from '../base-command.ts'
import {EXIT} from '../exit-codes.ts'
import {localStatus, type LocalStatus} from '../operations/local-status.ts'
import {printStatus} from '../views/status-tree.ts'

export default class Status extends BaseCommand<LocalStatus> {
  static override summary = 'What runs here: processes, ports, memory, health.'
  static override description = 'Ends with 0 when everything runs and answers, with 4 when it does not.'
  static override args = {
    target: Args.string({options: ['local'], default: 'local', description: 'What to look at.'}),
  }
  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status --json']

  override async run(): Promise<LocalStatus> {
    await this.parse(Status)
    const {machine, entry} = await this.composition.local()
    const status = await localStatus(machine, entry)
    printStatus(this.out, status, {now: this.composition.now(), typedAs: this.composition.typedAs})
    if (status.state !== 'running') this.failWith(EXIT.refused)
    return status
  }
}
