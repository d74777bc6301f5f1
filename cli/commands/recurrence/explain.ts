import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {zoneFlags} from '../../flags.ts'
import {type Explanation, explainRule} from '../../operations/explain-rule.ts'
import {printExplanation} from '../../views/preview.ts'

export default class RecurrenceExplain extends BaseCommand<Explanation> {
  static override summary = 'How a rule is read, part by part.'
  static override args = {
    rule: Args.string({required: true, description: 'Pattern in words, or an RRULE (RFC 5545), in local time.'}),
  }
  static override flags = {
    start: Flags.string({
      char: 's',
      helpValue: 'WHEN',
      description: 'Where the series starts: it gives what the rule leaves out.',
    }),
    ...zoneFlags,
  }
  static override examples = [
    '<%= config.bin %> recurrence explain "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"',
    '<%= config.bin %> recurrence explain "every 2 weeks on mon, thu at 9" --start 2026-12-01',
  ]

  override async run(): Promise<Explanation> {
    const {args, flags} = await this.parse(RecurrenceExplain)
    const view = this.timeView(flags)
    const explanation = await explainRule({rule: args.rule, start: flags.start, ...view})
    printExplanation(this.out, explanation, view)
    return explanation
  }
}
