import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {zoneFlags} from '../../flags.ts'
import {type Preview, previewRule} from '../../operations/preview-rule.ts'
import {printPreview} from '../../views/preview.ts'

export default class RecurrencePreview extends BaseCommand<Preview> {
  static override paged = true
  static override summary = 'When a rule falls; saves nothing, works offline.'
  static override args = {
    rule: Args.string({required: true, description: 'Pattern in words, or an RRULE (RFC 5545), in local time.'}),
  }
  static override flags = {
    start: Flags.string({
      char: 's',
      helpValue: 'WHEN',
      description: 'Where the series starts (default: its first occurrence from now on).',
    }),
    count: Flags.integer({
      char: 'n',
      helpValue: 'N',
      min: 1,
      max: 10_000,
      default: 10,
      description: 'At most so many.',
    }),
    from: Flags.string({helpValue: 'WHEN', description: 'Show from here on.'}),
    to: Flags.string({helpValue: 'WHEN', description: 'Show up to here.'}),
    ...zoneFlags,
  }
  static override examples = [
    '<%= config.bin %> recurrence preview "weekdays at 9"',
    '<%= config.bin %> recurrence preview "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=17" --count 5',
    '<%= config.bin %> recurrence preview "every 2 weeks on tue" --to 2027-03-01 --json',
  ]

  override async run(): Promise<Preview> {
    const {args, flags} = await this.parse(RecurrencePreview)
    const view = this.timeView(flags)
    const preview = await previewRule({...flags, rule: args.rule, ...view})
    printPreview(this.out, preview, view)
    return preview
  }
}
