import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.ts'
import {confirmation} from '../confirmation.ts'
import {fileOrValue} from '../file-or-value.ts'
import {interruptible} from '../interruption.ts'
import {backupTargets, chooseTarget} from '../operations/backup/backup-target.ts'
import {restoreBackup, type RestoreResult} from '../operations/backup/restore-backup.ts'
import {printRestored} from '../views/backup-lines.ts'

export default class Restore extends BaseCommand<RestoreResult> {
  static override summary = 'Put a backup in the place of what this todo5 keeps.'
  static override description = [
    'Checks the file first; then builds a new database beside the one that is there, and puts it in its place at once: all of it, or nothing is changed. It may be of an older todo5, of another machine, user, port or target (local, host). What ran is stopped, and started again afterwards.',
    'Where there are tasks already they are lost, so it asks for the name of the target. Reminders that were sent stay sent; those whose time has come since the backup was taken are sent now, up to 7 days late.',
  ].join('\n\n')
  static override args = {file: Args.string({required: true, description: 'What todo5 backup has made.'})}
  static override flags = {
    target: Flags.option({
      options: ['local', 'host'] as const,
      description: 'Into which target (default: the one that runs, else the one that it was taken of).',
    })(),
    'database-url': Flags.string({
      helpValue: 'URL',
      env: 'TODO5_DATABASE_URL',
      description:
        'Into your own PostgreSQL, a database without a todo5 in it; then start with todo5 up --database-url.',
    }),
    confirm: Flags.string({helpValue: 'NAME', description: 'Answers the question: the name of the target.'}),
    'dry-run': Flags.boolean({char: 'n', description: 'Check the file and print the steps, change nothing.'}),
  }
  static override examples = [
    '<%= config.bin %> restore todo5.tar.gz --dry-run',
    '<%= config.bin %> restore todo5.tar.gz --confirm local',
  ]

  override async run(): Promise<RestoreResult> {
    const {args, flags} = await this.parse(Restore)
    const {composition} = this
    const {typedAs} = composition
    const [local, host, running] = await Promise.all([
      composition.local(),
      composition.host(),
      composition.runningTargets(),
    ])
    const targets = backupTargets(local, host, composition)
    const databaseUrl = await fileOrValue(flags['database-url'])
    const result = await interruptible(
      async (signal) =>
        await restoreBackup({
          file: args.file,
          chooseTarget: async (usual) =>
            await chooseTarget({targets, named: databaseUrl === null ? flags.target : 'local', running, usual}),
          databaseUrl,
          dryRun: flags['dry-run'] ?? false,
          signal,
          confirm: async (name, lines) =>
            await confirmation({
              name,
              given: flags.confirm,
              ask: this.ask,
              words: {
                needed: 'This replaces all tasks that are there, so it has to be confirmed.',
                command: `todo5 restore ${args.file}`,
                deed: 'replace it',
                refused: 'Nothing was restored or stopped.',
              },
            })(lines),
        }),
    )
    printRestored(this.out, result, typedAs)
    return result
  }
}
