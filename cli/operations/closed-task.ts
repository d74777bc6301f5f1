import type {TaskResponse} from '../../services/contracts/tasks.ts'
import type {TaskApi} from '../client/task-api.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {daysBetween, type Zone} from '../../services/domain/dates/zone.ts'

interface ClosedContext {
  readonly api: TaskApi
  readonly zone: Zone
  readonly now: number
  /** The command that was typed: `done`. */
  readonly verb: string
  /** What was typed after the task: `tomorrow 9:00`. */
  readonly rest?: string
}

/** Refuses what only open tasks allow, with the id of the one that is open in its series. */
export async function refuseClosed(
  task: TaskResponse,
  {api, zone, now, verb, rest = ''}: ClosedContext,
): Promise<void> {
  const closedAt = task.completed_at ?? task.skipped_at
  if (closedAt === null) return
  const how = task.completed_at === null ? 'skipped' : 'done'
  const days = daysBetween(Date.parse(closedAt), now, zone)
  const when = days <= 0 ? 'today' : days === 1 ? 'yesterday' : `${days} days ago`
  const open = task.series_id === null ? undefined : await openOccurrence(api, task.id)
  const typed = rest.includes(' ') ? ` "${rest}"` : rest && ` ${rest}`
  throw new CliError(`${task.id} was ${how} ${when}${open === undefined ? '' : `; open in this series: ${open}`}.`, {
    code: 'task_closed',
    exit: EXIT.refused,
    hints: [open === undefined ? `todo5 task reopen ${task.id}` : `todo5 task ${verb} ${open}${typed}`],
  })
}

/** The id of the open occurrence of the series that a task is in; it is the newest when there is one. */
async function openOccurrence(api: TaskApi, id: number): Promise<number | undefined> {
  const {occurrences} = await api.series(id, {limit: 1, next: 0})
  return occurrences.find(({state}) => state === 'open')?.task_id
}
