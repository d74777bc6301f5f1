import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {basename} from 'node:path'
import {BaseCommand} from '../base-command.ts'
import type {HttpClient} from '../client/http-client.ts'
import {CliError, toCliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {readTextFile} from '../file-or-value.ts'
import {zoneFlags} from '../flags.ts'
import {IMPORT_FORMATS} from '../formats/formats.ts'
import {type ImportOutcome, sendImport} from '../operations/import-tasks.ts'
import {type ImportPlan, planImport} from '../operations/plan-import.ts'
import {type ImportResult, importJson, planJson, printImport, printPlan, printWouldAdd} from '../views/import-lines.ts'

const PATIENCE_MS = 60_000

export default class Import extends BaseCommand<ImportResult> {
  static override summary = 'Add the tasks of a file, of todo5 or of other programs.'
  static override description =
    'Tasks that repeat keep their rule. What cannot be kept is listed, with the reason. All of the file is looked at first: when a part of it is wrong, nothing is added. The same file once more adds only what is not there yet.'
  static override args = {
    file: Args.string({required: true, description: 'The file; - for standard input.'}),
  }
  static override flags = {
    format: Flags.option({
      char: 'f',
      options: IMPORT_FORMATS,
      helpValue: 'FORMAT',
      description: `${IMPORT_FORMATS.join(', ')} (default: by what is in it).`,
    })(),
    done: Flags.boolean({description: 'Done tasks, too; they count as done now.'}),
    'skip-invalid': Flags.boolean({description: 'Leave out what is wrong, add the rest.'}),
    again: Flags.boolean({description: 'Add once more what was added from this file before.'}),
    'dry-run': Flags.boolean({char: 'n', description: 'Print what would be added, change nothing.'}),
    ...zoneFlags,
  }
  static override examples = [
    '<%= config.bin %> import tasks.json',
    'task export | <%= config.bin %> import - --format taskwarrior',
    '<%= config.bin %> import todo.txt --dry-run',
  ]

  override async run(): Promise<ImportResult> {
    const {args, flags} = await this.parse(Import)
    const name = args.file === '-' ? 'standard input' : basename(args.file)
    const text = args.file === '-' ? await this.readInput() : await readTextFile(args.file)
    const view = await this.accountView(await this.composition.api(), flags)
    const plan = await planImport({...view, name, text, format: flags.format, done: flags.done ?? false})
    if (plan.guessedBy !== null) this.out.note(`${name} is read as ${plan.format}, by ${plan.guessedBy}.`)
    if (plan.faults.length > 0 && !flags['skip-invalid']) throw refusedFile(name, plan)
    printPlan(this.out, plan)
    if (flags['dry-run']) {
      printWouldAdd(this.out, plan, view)
      return planJson(plan)
    }
    const http = await this.composition.http({...(await this.composition.context()), timeoutMs: PATIENCE_MS})
    try {
      const outcomes = await this.#send(http, plan, flags.again ?? false)
      for (const outcome of outcomes) if ('error' in outcome) this.#refused(outcome)
      printImport(this.out, outcomes)
      return importJson(plan, outcomes)
    } finally {
      http.close()
    }
  }

  #refused({place, title, error}: Extract<ImportOutcome, {error: CliError}>): void {
    const {code, exit, hints, message} = error
    this.out.error(new CliError(`${place} (${title}): ${message}`, {code, exit, hints}))
    this.failWith(exit)
  }

  async #send(http: HttpClient, plan: ImportPlan, again: boolean): Promise<ImportOutcome[]> {
    let sent = 0
    try {
      return await sendImport(http, {
        plan,
        again,
        reached: (count) => {
          sent = count
          if (this.out.isTTY && count < plan.tasks.length && count % 1000 === 0)
            this.out.note(`${count} of ${plan.tasks.length} …`)
        },
      })
    } catch (error) {
      const {message, code, exit, hints} = toCliError(error)
      throw new CliError(`${message} ${sent} of ${plan.tasks.length} were sent.`, {
        code,
        exit,
        hints: [...hints, 'then the same import once more: it adds what is missing, and nothing twice'],
        cause: error,
      })
    }
  }
}

const MOST_FAULTS = 20

function refusedFile(name: string, {faults, tasks}: ImportPlan): CliError {
  const shown = faults.slice(0, MOST_FAULTS).map(({place, message}) => `${place}: ${message}`)
  if (faults.length > shown.length) shown.push(`and ${faults.length - shown.length} more`)
  if (tasks.length > 0) shown.push(`--skip-invalid        adds the other ${tasks.length}`)
  const count = faults.length === 1 ? '1 part' : `${faults.length} parts`
  return new CliError(`${count} of ${name} cannot be read, so nothing was added.`, {
    code: 'invalid_file',
    exit: EXIT.usage,
    hints: shown,
  })
}
