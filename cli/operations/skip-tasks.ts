import type {TaskResponse} from '../../services/contracts/tasks.ts'
import type {TaskApi} from '../client/task-api.ts'
import type {TaskWrite} from '../client/task-writes.ts'
import {CliError, usageError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {Zone} from '../../services/domain/dates/zone.ts'
import {listTasks} from './list-tasks.ts'
import {parseDue} from '../../services/domain/dates/parse-due.ts'
import {instantText} from './task-input.ts'

export type Skip = Extract<TaskWrite, {op: 'skip'}>

interface SkipRequest {
  readonly api: TaskApi
  readonly tag: string | undefined
  /** As typed. */
  readonly until: string | undefined
  readonly zone: Zone
  readonly now: number
}

/** Until when is skipped, ms: a day with all of it. */
export async function readUntil({until, zone, now}: SkipRequest): Promise<number | undefined> {
  if (until === undefined) return undefined
  const {at} = await parseDue(until, {zone, now})
  if (at >= now) return at
  throw usageError(`--until ${until} is past.`, 'invalid_date', 'name the last day to skip: --until "10 jan"')
}

/** The open occurrences with the tag that lie in the range. */
export async function tagged({api, tag, zone, now}: SkipRequest, until: number | undefined): Promise<TaskResponse[]> {
  if (tag === undefined) return []
  const {tasks} = await listTasks(api, {view: 'recurring', tag, limit: Infinity, zone, now})
  const inRange = tasks.filter(({occurrence_at: at}) => until === undefined || at === null || Date.parse(at) <= until)
  if (inRange.length > 0) return inRange
  const name = `#${tag.replace(/^#/u, '')}`
  const what = tasks.length === 0 ? `No open task that repeats has ${name}.` : `Nothing with ${name} comes until then.`
  throw new CliError(what, {
    code: 'nothing_to_skip',
    exit: EXIT.refused,
    hints: [`todo5 task list recurring --tag ${name.slice(1)}`],
  })
}

export function planSkip(task: TaskResponse, until: number | undefined): Skip {
  if (task.series_id === null) {
    throw new CliError(`${task.id} ${task.title} does not repeat, so there is nothing to skip to.`, {
      code: 'not_recurring',
      exit: EXIT.refused,
      hints: [`todo5 task delete ${task.id}`, `todo5 task reschedule ${task.id} WHEN`],
    })
  }
  return {op: 'skip', id: task.id, ...(until === undefined ? {} : {skip: {until: instantText(until)}})}
}
