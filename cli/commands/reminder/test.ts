import type {ChannelTest} from '../../../services/contracts/reminders.ts'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {dryRunFlag} from '../../change-flags.ts'
import {EXIT} from '../../exit-codes.ts'
import {harmlessLine} from '../../harmless-text.ts'
import {testRequest} from '../../operations/reminders.ts'
import {type DryRun, printDryRun} from '../../views/dry-run.ts'

const CHANNELS = ['email', 'push', 'webhook'] as const satisfies readonly ChannelTest['channel'][]

/** What to do about what came back, by its code. */
const ADVICE: Readonly<Record<string, string>> = {
  no_device: 'Turn notifications on in the settings of the web app: todo5 open app',
  no_webhook: 'Set one up in the settings of the web app, or with POST /api/v1/profile/webhook.',
  webhook_ended: 'Set it up anew: its receiver had said that it is gone for good.',
  smtp: 'The mail server did not answer as it should: todo5 up --smtp-url says which it is.',
  refused: 'The mail server refused: look at its answer, and at the address of your account.',
}

export default class ReminderTest extends BaseCommand<ChannelTest | DryRun> {
  static override summary = 'Send a test message to where your reminders go, and say what the other side answered.'
  static override description = 'Once and at once, to your own address, devices or webhook; at most five a minute.'
  static override flags = {
    channel: Flags.option({
      options: CHANNELS,
      required: true,
      helpValue: CHANNELS.join('|'),
      description: 'By which way.',
    })(),
    ...dryRunFlag,
  }
  static override examples = ['<%= config.bin %> reminder test --channel email']

  override async run(): Promise<ChannelTest | DryRun> {
    const {flags} = await this.parse(ReminderTest)
    const request = testRequest(flags.channel)
    if (flags['dry-run']) return printDryRun(this.out, [request])
    const result = await (await this.composition.api()).send<ChannelTest>(request)
    const {good, bad, symbols} = this.out.style
    const answer = harmlessLine(result.answer)
    if (result.taken) {
      this.out.data(`${good(symbols.done)} ${result.channel}  taken${answer === '' ? '' : `: ${answer}`}`)
    } else {
      this.out.data(`${bad(symbols.failed)} ${result.channel}  not taken (${result.code}): ${answer}`)
      const advice = ADVICE[result.code ?? '']
      if (advice !== undefined) this.out.note(advice)
      this.failWith(EXIT.outsideProgram)
    }
    return result
  }
}
