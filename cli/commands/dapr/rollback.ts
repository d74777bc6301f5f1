import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {checkInstallation, installationFlag} from '../../dapr-flags.ts'
import {interruptible} from '../../interruption.ts'
import {type DaprApplied, rollBackDapr} from '../../operations/apply-dapr.ts'
import {hostDapr} from '../../operations/dapr-installation.ts'
import {printDaprApplied} from '../../views/dapr-versions.ts'

export default class DaprRollback extends BaseCommand<DaprApplied> {
  static override summary = 'Give the sidecars an earlier version of Dapr resources.'
  static override description =
    'The version before, or the one that --to names, becomes a new version and is loaded as dapr apply does it.'
  static override flags = {
    ...installationFlag,
    to: Flags.integer({min: 1, helpValue: 'N', description: 'Number of the version (default: the one before).'}),
    'dry-run': Flags.boolean({char: 'n', description: 'Show the difference, change nothing.'}),
  }
  static override examples = ['<%= config.bin %> dapr rollback --dry-run', '<%= config.bin %> dapr rollback --to 3']

  override async run(): Promise<DaprApplied> {
    const {flags} = await this.parse(DaprRollback)
    checkInstallation(flags.target)
    const {machine, entry} = await this.composition.host()
    const installation = hostDapr({machine, dataDir: entry.dataDir})
    const dryRun = flags['dry-run'] ?? false
    const applied = await interruptible(
      async (signal) => await rollBackDapr({installation, dryRun, signal, to: flags.to}),
    )
    printDaprApplied(this.out, applied)
    return applied
  }
}
