import type {NewTask} from '../client/task-writes.ts'
import {usageError} from '../errors.ts'
import {guessFormat, type ImportFormat} from '../formats/formats.ts'
import type {Fault, Loss, PortableTask, ReadContext, ReadFile} from '../formats/portable-task.ts'

export interface PlannedTask {
  /** Among all that stands in the file. */
  readonly position: number
  /** `line 3` */
  readonly place: string
  readonly title: string
  readonly request: NewTask
  readonly losses: readonly Loss[]
  readonly done: boolean
  readonly movedTo: PortableTask['movedTo']
}

export interface ImportPlan {
  /** What the file is told by, so that it is imported once. */
  readonly source: string
  readonly format: ImportFormat
  /** By what it was recognised; null when it was said. */
  readonly guessedBy: string | null
  readonly tasks: readonly PlannedTask[]
  readonly faults: readonly Fault[]
  readonly notes: readonly string[]
  /** Done ones that were not asked for. */
  readonly doneLeftOut: number
}

export interface PlanOptions extends ReadContext {
  readonly name: string
  readonly text: string
  readonly format: ImportFormat | undefined
  /** Take done ones, too. */
  readonly done: boolean
}

/** Reads a file and looks at each of its tasks as the service would; nothing is sent. */
export async function planImport(options: PlanOptions): Promise<ImportPlan> {
  const {name, text, done, zone, now} = options
  if (text.trim() === '') throw usageError(`${name} is empty.`, 'empty_file', 'name a file with tasks')
  const guessed = options.format === undefined ? guessFormat(name, text) : {format: options.format, by: null}
  if (!guessed) {
    throw usageError(
      `What ${name} is cannot be told from it.`,
      'unknown_format',
      'say it: --format json, csv, ics, todotxt, taskwarrior or todoist-csv',
    )
  }
  const read = await readFormat(guessed.format, text.replace(/^\uFEFF/u, ''), {zone, now})
  const {taskRequest} = await import('../formats/task-request.ts')
  const faults: Fault[] = [...read.faults]
  const tasks: PlannedTask[] = []
  let doneLeftOut = 0
  for (const [position, task] of read.tasks.entries()) {
    if (task.done && !done) {
      doneLeftOut++
      continue
    }
    const {place, title, movedTo, losses} = task
    const checked = taskRequest(task, now)
    if ('refused' in checked) faults.push({place, message: checked.refused})
    else
      tasks.push({
        position,
        place,
        title,
        movedTo,
        done: task.done,
        request: checked.request,
        losses: [...losses, ...checked.losses],
      })
  }
  return {
    source: `${guessed.format}\n${text}`,
    format: guessed.format,
    guessedBy: guessed.by,
    tasks,
    faults: faults.toSorted((a, b) => lineOf(a) - lineOf(b)),
    notes: read.notes,
    doneLeftOut,
  }
}

const lineOf = ({place}: Fault): number => Number(/\d+/u.exec(place)?.[0] ?? 0)

async function readFormat(format: ImportFormat, text: string, context: ReadContext): Promise<ReadFile> {
  switch (format) {
    case 'json':
      return (await import('../formats/todo5-json.ts')).readJson(text)
    case 'csv':
      return await (await import('../formats/read-csv.ts')).readCsv(text, context)
    case 'ics':
      return (await import('../formats/read-icalendar.ts')).readIcalendar(text, context)
    case 'todotxt':
      return (await import('../formats/read-todotxt.ts')).readTodotxt(text, context)
    case 'taskwarrior':
      return (await import('../formats/read-taskwarrior.ts')).readTaskwarrior(text, context)
    case 'todoist-csv':
      return (await import('../formats/read-todoist-csv.ts')).readTodoistCsv(text, context)
  }
}
