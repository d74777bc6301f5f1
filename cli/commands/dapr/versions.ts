import {BaseCommand} from '../../base-command.ts'
import {checkInstallation, installationFlag} from '../../dapr-flags.ts'
import {type DaprVersionList, listDaprVersions} from '../../operations/list-dapr-versions.ts'
import {hostDapr} from '../../operations/dapr-installation.ts'
import {printDaprVersions} from '../../views/dapr-versions.ts'

export default class DaprVersionsCommand extends BaseCommand<DaprVersionList> {
  static override summary = 'The last ten versions of the Dapr resources.'
  static override description = 'When they came, by whom, and what became of them.'
  static override flags = installationFlag
  static override examples = ['<%= config.bin %> dapr versions']

  override async run(): Promise<DaprVersionList> {
    const {flags} = await this.parse(DaprVersionsCommand)
    checkInstallation(flags.target)
    const {machine, entry} = await this.composition.host()
    const list = await listDaprVersions(hostDapr({machine, dataDir: entry.dataDir}))
    printDaprVersions(this.out, list, this.timeView({}))
    return list
  }
}
