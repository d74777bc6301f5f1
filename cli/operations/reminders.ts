import type {
  ChannelTest,
  ReminderDetails,
  ReminderListResponse,
  RetriedReminder,
} from '../../services/contracts/reminders.ts'
import type {TaskApi} from '../client/task-api.ts'
import {type CliError, toCliError, usageError} from '../errors.ts'
import {findTask} from './find-task.ts'

/** Not the contract's list: that loads zod, 25 ms. */
export const STATES = [
  'scheduled',
  'sending',
  'sent',
  'failed',
  'cancelled',
] as const satisfies readonly ReminderDetails['state'][]

/** The API's largest page. */
const PAGE = 200

export interface ReminderQuery {
  readonly state?: ReminderDetails['state'] | undefined
  /** Id or part of a title. */
  readonly task?: string | undefined
  readonly limit: number
}

/** Over as many pages as the limit asks for. */
export async function listReminders(api: TaskApi, {state, task, limit}: ReminderQuery): Promise<ReminderListResponse> {
  const of = task === undefined ? undefined : (await findTask(api, task)).id
  const reminders: ReminderDetails[] = []
  let cursor: string | undefined
  for (;;) {
    const size = Math.min(PAGE, limit - reminders.length)
    const query = {limit: size, state, task_id: of, cursor}
    const page = await api.send<ReminderListResponse>({method: 'GET', path: '/reminders', query})
    reminders.push(...page.reminders)
    if (page.next_cursor === null || reminders.length >= limit) return {reminders, next_cursor: page.next_cursor}
    cursor = page.next_cursor
  }
}

export const getReminder = async (api: TaskApi, id: string): Promise<ReminderDetails> =>
  await api.send({method: 'GET', path: `/reminders/${reminderId(id)}`})

export const retryRequest = (id: string) => ({method: 'POST', path: `/reminders/${reminderId(id)}/retry`}) as const

export type RetryOutcome = {readonly value: RetriedReminder} | {readonly error: CliError}

/** One after the other; one that cannot go again does not hold the others. */
export async function retryReminders(api: TaskApi, ids: readonly string[]): Promise<RetryOutcome[]> {
  const requests = ids.map(retryRequest)
  const outcomes: RetryOutcome[] = []
  for (const request of requests) {
    try {
      outcomes.push({value: await api.send<RetriedReminder>(request)})
    } catch (error) {
      outcomes.push({error: toCliError(error)})
    }
  }
  return outcomes
}

export const testRequest = (channel: ChannelTest['channel']) =>
  ({method: 'POST', path: '/reminders/test', body: {channel}}) as const

function reminderId(text: string): number {
  if (/^[1-9]\d{0,14}$/u.test(text)) return Number(text)
  throw usageError(
    `${JSON.stringify(text)} is no id of a reminder.`,
    'invalid_id',
    'todo5 reminder list        shows the ids',
  )
}
