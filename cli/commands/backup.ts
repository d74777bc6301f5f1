import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.ts'
import {fileOrValue} from '../file-or-value.ts'
import {databaseFlags} from '../flags.ts'
import {interruptible} from '../interruption.ts'
import {backupTargets, chooseTarget} from '../operations/backup/backup-target.ts'
import {type BackupResult, takeBackup} from '../operations/backup/take-backup.ts'
import {printBackup} from '../views/backup-lines.ts'

export default class Backup extends BaseCommand<BackupResult> {
  static override summary = 'Write all that this todo5 keeps into one file.'
  static override description = [
    'Tasks, series, reminders, accounts, conversations, the audit log, what waits to be sent, and the secrets that sessions and push messages depend on, all as of one moment. todo5 may run meanwhile; when it does not, its database is started for the while.',
    'The file is readable by you alone (0600), because whoever has it can sign in. A file that exists is never overwritten. Mails in the local mailbox, logs and settings are not in it.',
  ].join('\n\n')
  static override args = {
    file: Args.string({required: true, description: 'A new file, or a folder, in which it gets a name with the time.'}),
  }
  static override flags = {
    target: Flags.option({
      options: ['local', 'host'] as const,
      description: 'Of which target (default: the one that runs, else the one that has data).',
    })(),
    ...databaseFlags,
    'dry-run': Flags.boolean({char: 'n', description: 'Print the steps, change nothing.'}),
  }
  static override examples = [
    '<%= config.bin %> backup ~/backups',
    '<%= config.bin %> backup todo5.tar.gz --target host --json',
  ]

  override async run(): Promise<BackupResult> {
    const {args, flags} = await this.parse(Backup)
    const {composition} = this
    const [local, host, running] = await Promise.all([
      composition.local(),
      composition.host(),
      composition.runningTargets(),
    ])
    const targets = backupTargets(local, host, composition)
    const target = await chooseTarget({targets, named: flags.target, running})
    const databaseUrl = await fileOrValue(flags['database-url'])
    const {version} = composition
    const result = await interruptible(
      async (signal) =>
        await takeBackup({
          target,
          file: args.file,
          databaseUrl,
          version,
          now: composition.now(),
          dryRun: flags['dry-run'] ?? false,
          signal,
        }),
    )
    printBackup(this.out, result)
    return result
  }
}
