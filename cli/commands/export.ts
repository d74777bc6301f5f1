import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.ts'
import {zoneFlags} from '../flags.ts'
import {writeExport} from '../operations/export-file.ts'
import {EXPORT_FORMATS, exportTasks} from '../operations/export-tasks.ts'
import {type LossOf, printLosses} from '../views/loss-lines.ts'

/** A large list takes a while to be written. */
const PATIENCE_MS = 300_000

interface ExportResult {
  readonly format: string
  readonly tasks: number
  /** Null: in `content`. */
  readonly output: string | null
  readonly content: string | null
  readonly losses: readonly LossOf[]
}

export default class Export extends BaseCommand<ExportResult> {
  static override summary = 'Write the open tasks to a file for other programs.'
  static override description =
    'What a format cannot say is listed, with the tasks that it concerns. json keeps everything and is read back by todo5 import; see docs/import-export.md for what each format keeps.'
  static override flags = {
    format: Flags.option({
      char: 'f',
      options: EXPORT_FORMATS,
      default: 'json' as const,
      helpValue: EXPORT_FORMATS.join('|'),
      description: 'For todo5, for a spreadsheet, for calendars, for todo.txt.',
    })(),
    output: Flags.string({
      char: 'o',
      helpValue: 'FILE',
      description: 'Write to this file, in place of what is there (default: standard output).',
    }),
    all: Flags.boolean({description: 'Done and skipped tasks too.'}),
    ...zoneFlags,
  }
  static override examples = [
    '<%= config.bin %> export --output tasks.json',
    '<%= config.bin %> export --format todotxt > todo.txt',
    '<%= config.bin %> export --format csv --all --output tasks.csv',
  ]

  override async run(): Promise<ExportResult> {
    const {flags} = await this.parse(Export)
    const view = await this.accountView(await this.composition.api(), flags)
    const http = await this.composition.http({...(await this.composition.context()), timeoutMs: PATIENCE_MS})
    try {
      const {format, tasks, text, losses} = await exportTasks(http, {
        ...view,
        format: flags.format,
        all: flags.all ?? false,
      })
      const {output} = flags
      if (output === undefined) this.out.write(text)
      else await writeExport(output, text)
      printLosses(this.out, losses)
      const count = tasks === 1 ? '1 task' : `${tasks} tasks`
      if (output !== undefined) this.out.note(`${count} written to ${output} (${format}).`)
      return {format, tasks, output: output ?? null, content: output === undefined ? text : null, losses}
    } finally {
      http.close()
    }
  }
}
