import {randomUUID} from 'node:crypto'
import {setTimeout as delay} from 'node:timers/promises'
import type {ReminderDetails} from '../../../services/contracts/reminders.ts'
import type {CompleteTaskResponse, TaskResponse} from '../../../services/contracts/tasks.ts'
import type {TaskApi} from '../../client/task-api.ts'
import {createRequest, writeRequest} from '../../client/task-writes.ts'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'

/** What was seen to work, in order. */
export const VERIFIED = ['added', 'reminded', 'done', 'next'] as const
export type Verified = (typeof VERIFIED)[number]

export interface VerifyRequest {
  /** With the key of an operator, where the mails are to be looked at. */
  readonly api: TaskApi
  /**
   * Whether a mailbox takes the mails, which then has to have the reminder; else that it was sent is enough, or that a mail
   * server refused this one mail, of which `onWarning` hears.
   */
  readonly mailbox: boolean
  /** ms since the epoch. */
  readonly now: () => number
  readonly signal: AbortSignal
  /** For the reminder, and for the next occurrence, ms each. */
  readonly limitMs?: number
  readonly onVerified?: (what: Verified) => void
  readonly onWarning?: (text: string) => void
}

export interface Verification {
  readonly title: string
  /** Seconds until the reminder was there, and until the next occurrence was. */
  readonly reminder_seconds: number
  readonly next_seconds: number
}

const LIMIT_MS = 60_000
const POLL_MS = 500
/** Its reminder is past, so it goes out at once, and clocks that differ by less than this do not matter. */
const DUE_IN_MS = 3_600_000
const DELETE_LIMIT_MS = 10_000

/**
 * Uses a todo5 as a person would: adds a task that repeats every day, waits for its reminder, completes it, waits for the
 * next occurrence, and deletes the series again. Needs every service, Kafka, the database and Dapr's jobs.
 * @throws CliError `verification_failed` (exit 5) that names what did not happen; that of the API when it refuses; the
 * reason of `signal`
 */
export async function verifyTodo5(request: VerifyRequest): Promise<Verification> {
  const {api, now, signal, limitMs = LIMIT_MS, onVerified} = request
  const title = `todo5 checks itself ${randomUUID().slice(0, 8)}`
  const task = await api.send<TaskResponse>(
    createRequest({
      title,
      due_at: new Date(Math.ceil((now() + DUE_IN_MS) / 1000) * 1000).toISOString(),
      recurring_pattern: 'FREQ=DAILY',
      reminders: [{offset_seconds: DUE_IN_MS / 1000, channels: ['email']}],
    }),
  )
  onVerified?.('added')
  const ids = new Set([task.id])
  let failure: unknown
  try {
    const reminder_seconds = await until(
      `The reminder of a task ${request.mailbox ? 'was not in the mailbox' : 'was not sent'}`,
      ['todo5 logs notification', 'todo5 reminder list'],
      {signal, limitMs},
      async () => await isReminded(request, task.id, title),
    )
    onVerified?.('reminded')
    const {next, next_pending: pending} = await api.send<CompleteTaskResponse>(
      writeRequest({op: 'complete', id: task.id}),
    )
    onVerified?.('done')
    if (next) ids.add(next.id)
    else if (!pending) throw failed('A task that repeats was completed, and nothing followed.', [])
    const next_seconds = await until(
      'A task that repeats was completed, and its next occurrence did not appear',
      ['todo5 logs recurring-task', 'todo5 outbox status'],
      {signal, limitMs},
      async () => await hasNext(api, task.id, title, ids),
    )
    onVerified?.('next')
    return {title, reminder_seconds, next_seconds}
  } catch (error) {
    failure = error
    throw error
  } finally {
    await remove(api, ids, failure)
  }
}

async function isReminded({api, mailbox, onWarning}: VerifyRequest, id: number, title: string): Promise<boolean> {
  if (mailbox) return (await api.mails()).mails.some(({subject}) => subject.includes(title))
  const {reminders} = await api.get(id)
  const bad = reminders.find(({state}) => state === 'failed')
  if (bad === undefined) return reminders.some(({state}) => state === 'sent')
  const last = await lastTry(api, bad.id)
  // Not the login or the sender, which would be wrong for every mail: a 5xx for the address or the text of this one.
  if (last?.code === 'refused') {
    onWarning?.(
      `The mail server took the reminder of the test to you@localhost up to its address, and refused it: ${last.answer}`,
    )
    return true
  }
  const why = last === undefined ? '.' : `: ${last.answer}`
  throw failed(`The reminder of a task could not be sent${why}`, ['todo5 reminder list        says why'])
}

/** What the other side said last; undefined when nobody knows, as where the API is too old to be asked. */
async function lastTry(
  api: TaskApi,
  reminderId: number,
): Promise<ReminderDetails['deliveries'][number]['attempts'][number] | undefined> {
  try {
    const {deliveries} = await api.send<ReminderDetails>({method: 'GET', path: `/reminders/${reminderId}`})
    return deliveries.flatMap(({attempts}) => attempts).at(-1)
  } catch (error) {
    if (error instanceof CliError && error.exit !== EXIT.interrupted) return undefined
    throw error
  }
}

async function hasNext(api: TaskApi, first: number, title: string, ids: Set<number>): Promise<boolean> {
  const {tasks} = await api.list({view: 'open', search: title})
  const next = tasks.filter((task) => task.title === title && task.id !== first)
  for (const {id} of next) ids.add(id)
  return next.length === 1
}

interface Patience {
  readonly signal: AbortSignal
  readonly limitMs: number
}

/** Seconds until it was so. */
async function until(
  otherwise: string,
  hints: readonly string[],
  {signal, limitMs}: Patience,
  isSo: () => Promise<boolean>,
): Promise<number> {
  const began = performance.now()
  for (;;) {
    signal.throwIfAborted()
    const so = await isSo()
    const took = performance.now() - began
    if (so) return took / 1000
    if (took > limitMs) throw failed(`${otherwise} within ${Math.round(limitMs / 1000)} s.`, hints)
    await delay(POLL_MS, undefined, {signal})
  }
}

/** The open one ends the series; done ones are of nobody's interest either. After a failure that one is what is told. */
async function remove(api: TaskApi, ids: ReadonlySet<number>, failure: unknown): Promise<void> {
  const last = Math.max(...ids)
  try {
    await within(api.send(writeRequest({op: 'delete', id: last, scope: 'all'})))
  } catch (error) {
    if (failure === undefined) throw error
  }
}

/** Whatever failed may be away altogether. */
async function within(work: Promise<unknown>): Promise<void> {
  const limit = new AbortController()
  const late = delay(DELETE_LIMIT_MS, undefined, {signal: limit.signal}).then(
    () => {
      throw failed(`The task was not deleted within ${DELETE_LIMIT_MS / 1000} s.`, [])
    },
    () => undefined,
  )
  try {
    await Promise.race([work, late])
  } finally {
    limit.abort()
  }
}

const failed = (message: string, hints: readonly string[]): CliError =>
  new CliError(message, {code: 'verification_failed', exit: EXIT.outsideProgram, hints})
