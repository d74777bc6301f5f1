import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {checkInstallation, installationFlag, setFlag, valuesOf} from '../../dapr-flags.ts'
import {interruptible} from '../../interruption.ts'
import {applyDapr, type DaprApplied} from '../../operations/apply-dapr.ts'
import {hostDapr} from '../../operations/dapr-installation.ts'
import {printDaprApplied} from '../../views/dapr-versions.ts'

export default class DaprApply extends BaseCommand<DaprApplied> {
  static override summary = 'Load Dapr resources into the sidecars that run.'
  static override description = [
    'Renders dapr/, shows what differs from what is loaded, keeps it as a version, and starts the sidecars anew that it concerns, one after the other. When one does not come up with it, all go back to what they had.',
    'What dapr lint calls an error is refused. Where nothing runs, the next todo5 up host loads it. A later todo5 with other resources of its own takes the place of the version.',
  ].join('\n\n')
  static override flags = {
    ...installationFlag,
    ...setFlag,
    from: Flags.string({helpValue: 'FOLDER', description: 'Files as in dapr/, in place of those of the package.'}),
    ignore: Flags.string({multiple: true, description: 'A rule of dapr lint to leave out.', helpValue: 'RULE'}),
    'dry-run': Flags.boolean({char: 'n', description: 'Show the difference, change nothing.'}),
  }
  static override examples = [
    '<%= config.bin %> dapr apply --dry-run',
    '<%= config.bin %> dapr apply --set samplingRate=0.1',
    '<%= config.bin %> dapr apply --from ./dapr',
  ]

  override async run(): Promise<DaprApplied> {
    const {flags} = await this.parse(DaprApply)
    checkInstallation(flags.target)
    const {machine, entry} = await this.composition.host()
    const installation = hostDapr({machine, dataDir: entry.dataDir})
    const values = valuesOf(flags.set)
    const applied = await interruptible(
      async (signal) =>
        await applyDapr({
          installation,
          dryRun: flags['dry-run'] ?? false,
          signal,
          folder: flags.from,
          values,
          ignore: flags.ignore ?? [],
        }),
    )
    printDaprApplied(this.out, applied)
    return applied
  }
}
