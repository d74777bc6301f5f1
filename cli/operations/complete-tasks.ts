import type {CompleteTaskResponse, TaskResponse} from '../../services/contracts/tasks.ts'
import type {TaskApi} from '../client/task-api.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {daysBetween, type Zone} from '../time/zone.ts'
import {findTask} from './find-task.ts'

/** How long a completion waits for the next occurrence, seconds. */
const WAIT_SECONDS = 5

export interface CompleteContext {
  readonly api: TaskApi
  readonly zone: Zone
  readonly now: number
}

/** Completes one task and waits for what follows. A task that is closed already is refused, with the open one's id. */
export async function completeTask(ref: string, {api, zone, now}: CompleteContext): Promise<CompleteTaskResponse> {
  const task = await findTask(api, ref)
  const closedAt = task.completed_at ?? task.skipped_at
  if (closedAt !== null) throw await alreadyClosed(task, closedAt, {api, zone, now})
  return await api.complete(task.id, WAIT_SECONDS)
}

async function alreadyClosed(
  task: TaskResponse,
  closedAt: string,
  {api, zone, now}: CompleteContext,
): Promise<CliError> {
  const how = task.completed_at === null ? 'skipped' : 'done'
  const days = daysBetween(Date.parse(closedAt), now, zone)
  const when = days <= 0 ? 'today' : days === 1 ? 'yesterday' : `${days} days ago`
  const open = task.series_id === null ? undefined : await openOccurrence(api, task.series_id)
  return new CliError(`${task.id} was ${how} ${when}${open ? `; open in this series: ${open.id}` : ''}.`, {
    code: 'task_closed',
    exit: EXIT.refused,
    hints: open ? [`todo5 task done ${open.id}`] : [`todo5 task reopen ${task.id}`],
  })
}

/** The one open task of a series. */
async function openOccurrence(api: TaskApi, seriesId: number): Promise<TaskResponse | undefined> {
  let cursor: string | undefined
  do {
    const page = await api.list({view: 'recurring', limit: 1000, ...(cursor === undefined ? {} : {cursor})})
    const open = page.tasks.find((task) => task.series_id === seriesId)
    if (open) return open
    cursor = page.next_cursor ?? undefined
  } while (cursor !== undefined)
  return undefined
}
