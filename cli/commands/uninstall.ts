import {homedir} from 'node:os'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.ts'
import {confirmation} from '../confirmation.ts'
import {interruptible} from '../interruption.ts'
import {AtLogin} from '../operations/at-login/at-login.ts'
import {PARTS} from '../operations/uninstall/find-parts.ts'
import {uninstall, type UninstallResult} from '../operations/uninstall/uninstall.ts'
import {printUninstalled} from '../views/uninstall-lines.ts'

export default class Uninstall extends BaseCommand<UninstallResult> {
  static override summary = 'Show what todo5 has put on this machine, and remove it.'
  static override description = [
    'Without a flag it only shows what is there, with sizes. What is removed is asked for first, and what runs is stopped. Tasks can be had again only from a backup: todo5 backup FILE.',
    'Links are removed, never followed. A database of your own (up --database-url) stays as it is. The package itself is removed by npm; the last line says how.',
  ].join('\n\n')
  static override flags = {
    data: Flags.boolean({description: 'Tasks, accounts, mails, keys, logs, and the start at login.'}),
    programs: Flags.boolean({description: 'Dapr, Kafka and the others that todo5 toolchain has got.'}),
    config: Flags.boolean({description: 'Settings, and completion files.'}),
    all: Flags.boolean({description: 'All of these.'}),
    confirm: Flags.string({helpValue: 'NAME', description: 'Answers the question: todo5.'}),
    'dry-run': Flags.boolean({char: 'n', description: 'Print the steps, change nothing.'}),
  }
  static override examples = [
    '<%= config.bin %> uninstall',
    '<%= config.bin %> uninstall --programs --dry-run',
    '<%= config.bin %> uninstall --all --confirm todo5',
  ]

  override async run(): Promise<UninstallResult> {
    const {flags} = await this.parse(Uninstall)
    const {composition} = this
    const {paths, root, typedAs} = composition
    const [local, host] = await Promise.all([composition.local(), composition.host()])
    const targets = (['local', 'host'] as const).map((name) => {
      const {machine, entry} = {local, host}[name]
      return {name, machine, atLogin: new AtLogin({target: name, entry, stateDir: paths.state, root})}
    })
    const confirm = confirmation({
      name: 'todo5',
      given: flags.confirm,
      ask: this.ask,
      words: {
        needed: 'This cannot be taken back, so it has to be confirmed.',
        command: 'todo5 uninstall ...',
        deed: 'delete it',
        refused: 'Nothing was deleted or stopped.',
      },
    })
    const result = await interruptible(
      async (signal) =>
        await uninstall({
          paths,
          home: local.entry.env['HOME'] ?? homedir(),
          root,
          targets,
          chosen: PARTS.filter((part) => flags.all || flags[part]),
          dryRun: flags['dry-run'] ?? false,
          signal,
          confirm,
        }),
    )
    printUninstalled(this.out, result, typedAs)
    return result
  }
}
