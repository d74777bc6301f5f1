import {z} from 'zod'
import {auditEntryResponse} from '../../services/contracts/audit.ts'
import {exportedReminder, exportedSeries, exportedTask, type ExportResponse} from '../../services/contracts/export.ts'
import {isOpen, portableTasks} from './from-export.ts'
import type {Fault, ReadFile} from './portable-task.ts'

/** The data of GET /export that is about tasks; its own fields are left out, so that both can be read back. */
const document = z.object({
  version: z.literal(1, 'must be 1: a newer todo5 wrote this'),
  series: z.array(exportedSeries),
  tasks: z.array(exportedTask),
  reminders: z.array(exportedReminder),
  history: z.array(auditEntryResponse).optional(),
  complete: z.literal(true, 'is missing: the file was cut off'),
})

/** All that is stored of the open tasks, or of all. */
export function writeJson(all: ExportResponse, everything: boolean): string {
  const tasks = all.tasks.filter((task) => (everything ? task.deleted_at === null : isOpen(task)))
  const ids = new Set(tasks.map(({id}) => id))
  const seriesIds = new Set(tasks.map(({series_id}) => series_id))
  return `${JSON.stringify(
    {
      version: 1,
      exported_at: all.exported_at,
      series: all.series.filter(({id}) => seriesIds.has(id)),
      tasks,
      reminders: all.reminders.filter(({task_id}) => ids.has(task_id)),
      history: all.history.filter(({task_id}) => ids.has(task_id)),
      complete: true,
    },
    null,
    2,
  )}\n`
}

/** A file of `todo5 export`, or the one that the settings of the web app give. */
export function readJson(text: string): ReadFile {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (error) {
    return broken([{place: placeIn(text, error as Error), message: `this is no JSON: ${(error as Error).message}`}])
  }
  const result = document.safeParse(parsed)
  if (!result.success) {
    return broken(
      result.error.issues.map(({path, message}) => ({
        place:
          path
            .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
            .join('') || 'the file',
        message,
      })),
    )
  }
  const {tasks, series, reminders, history = []} = result.data
  const found = portableTasks({tasks, series, reminders})
  const notes =
    history.length === 0
      ? []
      : [`${history.length} entries of the history are not imported: it is written by what happens.`]
  return {tasks: found.map((task) => ({...task, place: `task ${task.id}`})), faults: [], notes}
}

const broken = (faults: readonly Fault[]): ReadFile => ({tasks: [], faults, notes: []})

/** Node says a position; people look for a line. */
function placeIn(text: string, {message}: Error): string {
  const position = Number(/position (\d+)/u.exec(message)?.[1] ?? text.length)
  return `line ${text.slice(0, position).split('\n').length}`
}
