import type {ExportResponse} from '../../services/contracts/export.ts'
import type {Zone} from '../../services/domain/dates/zone.ts'
import type {HttpClient} from '../client/http-client.ts'
import {portableTasks} from '../formats/from-export.ts'
import type {WrittenFile, WrittenLoss} from '../formats/portable-task.ts'

export const EXPORT_FORMATS = ['json', 'csv', 'ics', 'todotxt'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

export interface ExportRequest {
  readonly format: ExportFormat
  /** Done and skipped ones too. */
  readonly all: boolean
  readonly zone: Zone
  readonly now: number
}

export interface Exported {
  readonly format: ExportFormat
  readonly tasks: number
  readonly text: string
  readonly losses: readonly WrittenLoss[]
}

/** The tasks as the text of a file, and what of them the format cannot say. */
export async function exportTasks(http: Pick<HttpClient, 'call'>, request: ExportRequest): Promise<Exported> {
  const stored = await http.call<ExportResponse>({method: 'GET', path: '/export'})
  const tasks = portableTasks(stored).filter((task) => request.all || !task.done)
  const {text, losses} = await write(stored, tasks, request)
  const done = tasks.filter((task) => task.done && request.format !== 'json')
  return {
    format: request.format,
    tasks: tasks.length,
    text,
    losses: [
      ...losses,
      ...done.map(({title}) => ({title, what: 'when it was done, and its series', why: 'only json has that'})),
    ],
  }
}

async function write(
  stored: ExportResponse,
  tasks: ReturnType<typeof portableTasks>,
  {format, all, zone, now}: ExportRequest,
): Promise<WrittenFile> {
  switch (format) {
    case 'json':
      return {text: (await import('../formats/todo5-json.ts')).writeJson(stored, all), losses: []}
    case 'csv':
      return (await import('../formats/write-csv.ts')).writeCsv(tasks, {zone})
    case 'ics':
      return (await import('../formats/write-icalendar.ts')).writeIcalendar(tasks, {
        zone,
        now,
        source: stored.profile.user_id,
      })
    case 'todotxt':
      return (await import('../formats/write-todotxt.ts')).writeTodotxt(tasks, {zone, now})
  }
}
