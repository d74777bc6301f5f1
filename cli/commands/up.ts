import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {LocalOptions} from '../../services/contracts/local.ts'
import {BaseCommand} from '../base-command.ts'
import {attach} from '../operations/attach.ts'
import {bringUp, takeBackIfInterrupted} from '../operations/bring-up.ts'
import {planUp} from '../operations/plan-up.ts'
import {showProgress} from '../progress.ts'
import {commandWords} from '../command-words.ts'
import {interruptible} from '../interruption.ts'
import {fileOrValue} from '../file-or-value.ts'
import {mailAddress} from '../mail-address.ts'
import {printLogLine} from '../views/log-line.ts'
import {postgresTitle, printSummary} from '../views/local-summary.ts'
import {upJson, type UpJson} from '../views/local-json.ts'

export default class Up extends BaseCommand<UpJson> {
  static override summary = 'Start everything on this machine, or find it running.'
  static override description =
    'One background process with an embedded PostgreSQL, five services and a mailbox. Safe to repeat: what runs is left alone, an older version is replaced, what a crash left is recovered.'
  static override args = {
    target: Args.string({options: ['local'], default: 'local', description: 'What to start.'}),
  }
  static override flags = {
    attach: Flags.boolean({description: 'Stay in the foreground and show the log; Ctrl-C stops everything.'}),
    port: Flags.integer({
      helpValue: 'N',
      min: 1,
      max: 65_535,
      env: 'TODO5_PORT',
      description: 'Exactly this port (default: 8636, or the next free one).',
    }),
    'database-url': Flags.string({
      helpValue: 'URL',
      env: 'TODO5_DATABASE_URL',
      description: 'Your own PostgreSQL 14 or newer; the user may create roles. @FILE reads the URL from a file.',
    }),
    'smtp-url': Flags.string({
      helpValue: 'URL',
      env: 'TODO5_SMTP_URL',
      description: 'Send mail for real: smtp://USER:PASSWORD@HOST:587. @FILE reads it from a file.',
    }),
    'mail-to': Flags.string({
      helpValue: 'ADDRESS',
      env: 'TODO5_MAIL_TO',
      description: 'Where your reminders go with --smtp-url; remembered.',
    }),
    'notify-command': Flags.string({
      helpValue: 'COMMAND',
      env: 'TODO5_NOTIFY_COMMAND',
      description: 'Run this with each reminder, such as "notify-send".',
    }),
    debug: Flags.boolean({description: 'Log more.'}),
    'dry-run': Flags.boolean({char: 'n', description: 'Print the steps, change nothing.'}),
  }
  static override examples = [
    '<%= config.bin %> up',
    '<%= config.bin %> up --port 9000 --attach',
    '<%= config.bin %> up --database-url @~/.secrets/todo5-database',
  ]

  override async run(): Promise<UpJson> {
    const {flags} = await this.parse(Up)
    const {typedAs, version, looks} = this.composition
    const {machine, entry} = await this.composition.local()
    const options: LocalOptions = {
      port: flags.port ?? null,
      database_url: await fileOrValue(flags['database-url']),
      smtp_url: await fileOrValue(flags['smtp-url']),
      mail_to: mailAddress(flags['mail-to']),
      notify_command: commandWords(flags['notify-command']),
    }
    if (flags['dry-run']) {
      const steps = await planUp({machine, entry, options, version})
      this.out.data(...steps.map((step, index) => `${String(index + 1).padStart(2)}  ${step}`))
      return {dry_run: true, steps}
    }
    const titles = {postgresql: postgresTitle(options.database_url), services: '5 services', mailbox: 'mailbox'}
    const animated = this.composition.terminal.stderr.isTTY && !looks.accessible && !flags.quiet && !this.jsonEnabled()
    return await interruptible(async (signal) => {
      const progress = animated ? showProgress(titles) : undefined
      const onStep = (step: keyof typeof titles): void => progress?.reach(step)
      const request = {
        machine,
        entry,
        options,
        version,
        typedAs,
        signal,
        onStep,
        attached: flags.attach ?? false,
        logLevel: flags.debug ? ('debug' as const) : ('info' as const),
      }
      try {
        const up = await bringUp(request)
        await progress?.finish('done')
        await takeBackIfInterrupted(up, request)
        printSummary(this.out, up, typedAs)
        if (up.process)
          await attach(up.process, machine, signal, (line) => printLogLine(this.out, line, this.timeView({}).zone))
        return upJson(up, entry, machine)
      } finally {
        await progress?.finish('failed')
      }
    })
  }
}
