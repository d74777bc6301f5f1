import * as Args from '@oclif/core/args'
import {BaseCommand} from '../base-command.ts'
import {EXIT} from '../exit-codes.ts'
import {consumerLag} from '../operations/consumer-lag.ts'
import {hostStatus, type HostStatus} from '../operations/host-status.ts'
import {localStatus, type LocalStatus} from '../operations/local-status.ts'
import {printHostStatus} from '../views/host-status.ts'
import {printStatus} from '../views/status-tree.ts'

export default class Status extends BaseCommand<LocalStatus | HostStatus> {
  static override summary = 'What runs here: processes, ports, memory, health.'
  static override description = 'Ends with 0 when everything runs and answers, with 4 when it does not.'
  static override args = {
    target: Args.string({options: ['local', 'host'], default: 'local', description: 'What to look at.'}),
  }
  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status --json']

  override async run(): Promise<LocalStatus | HostStatus> {
    const {args} = await this.parse(Status)
    const status = args.target === 'host' ? await this.#host() : await this.#local()
    if (status.state !== 'running') this.failWith(EXIT.refused)
    return status
  }

  async #host(): Promise<HostStatus> {
    const {machine, entry} = await this.composition.host()
    const status = await hostStatus(machine, entry.dataDir, async (brokers) => {
      const {admin} = await this.composition.kafka({brokers})
      try {
        return await consumerLag(admin)
      } finally {
        await admin.close()
      }
    })
    printHostStatus(this.out, status, {now: this.composition.now(), typedAs: this.composition.typedAs})
    return status
  }

  async #local(): Promise<LocalStatus> {
    const {machine, entry} = await this.composition.local()
    const status = await localStatus(machine, entry)
    printStatus(this.out, status, {now: this.composition.now(), typedAs: this.composition.typedAs})
    return status
  }
}
