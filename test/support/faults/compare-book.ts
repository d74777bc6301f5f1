import {Client} from 'pg'
import {consumerLag} from '../../../cli/operations/consumer-lag.ts'
import {openKafkaAdmin} from '../../../cli/tools/kafka-admin.ts'
import {type EventType, topicOf} from '../../../services/domain/events/event-types.ts'
import type {Book, BookedTask} from './book.ts'
import type {CaughtMail} from './mails.ts'

const DAY = 24 * 3_600_000

export interface TaskRow {
  readonly id: number
  readonly user_id: string
  readonly predecessor_id: number | null
  readonly title: string
  readonly due_at: Date
}

export interface AuditRow {
  readonly task_id: number
  readonly event_type: EventType
  readonly task_version: number
}

/** What a database of todo5 says about some users. */
export interface Findings {
  readonly tasks: readonly TaskRow[]
  /** In the order in which they were recorded. */
  readonly audit: readonly AuditRow[]
  readonly outbox: number
}

export async function withDatabase<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({connectionString: url, application_name: 'fault test'})
  // A killed server is told by the query that it interrupts.
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

export async function readFindings(url: string, userIds: readonly string[]): Promise<Findings> {
  return await withDatabase(url, async (client) => {
    const rows = async <T extends object>(sql: string, parameters: unknown[] = [userIds]): Promise<T[]> =>
      (await client.query<T>(sql, parameters)).rows
    const tasks = await rows<TaskRow>(
      `select id::float8 as id, user_id, predecessor_id::float8 as predecessor_id, title, due_at
       from todo.tasks where user_id = any ($1::uuid[])`,
    )
    const audit = await rows<AuditRow>(
      `select task_id::float8 as task_id, event_type, (payload->>'task_version')::int as task_version
       from todo.audit_logs where user_id = any ($1::uuid[]) order by id`,
    )
    const [outbox] = await rows<{n: number}>('select count(*)::int as n from todo.outbox', [])
    return {tasks, audit, outbox: outbox!.n}
  })
}

/** Of each consumer that is behind. */
export async function lagProblems(brokers: string): Promise<string[]> {
  const admin = await openKafkaAdmin({brokers: [brokers]})
  try {
    const lags = await consumerLag(admin)
    if (lags.length !== 5) return [`${lags.length} consumers in place of 5`]
    return lags.filter(({lag}) => lag > 0).map(({group, topic, lag}) => `${group} is ${lag} behind on ${topic}`)
  } finally {
    await admin.close()
  }
}

export interface Leniency {
  /** Tasks whose events may be missing from the audit log: topics were deleted with what nobody had read. */
  readonly unrecorded: ReadonlySet<number>
}

/** Tasks and their history: whatever is missing, too much, wrong or in the wrong order. */
export function taskProblems(book: Book, {tasks, audit, outbox}: Findings, {unrecorded}: Leniency): string[] {
  const found: string[] = []
  if (outbox > 0) found.push(`${outbox} events wait in the outbox`)
  const successors = Map.groupBy(
    tasks.filter((task) => task.predecessor_id !== null),
    (task) => task.predecessor_id!,
  )
  const rows = new Map(tasks.map((task) => [task.id, task]))
  for (const task of book.tasks.values()) {
    if (!rows.has(task.id)) found.push(`task ${task.id} is lost`)
    const next = successors.get(task.id) ?? []
    const wanted = task.completedAt !== null && task.goesOn ? 1 : 0
    if (next.length !== wanted) found.push(`task ${task.id} is followed by ${next.length} in place of ${wanted}`)
    for (const {id, due_at: due} of next) {
      if (due.getTime() !== task.dueAt + DAY) found.push(`task ${id}, after ${task.id}, is due ${due.toISOString()}`)
    }
  }
  const following = book.completed.filter(({goesOn}) => goesOn).length
  if (tasks.length !== book.added + following) {
    found.push(`${tasks.length} tasks in place of ${book.added} + ${following}`)
  }
  return [...found, ...historyProblems(book, rows, audit, unrecorded)]
}

function historyProblems(
  book: Book,
  rows: ReadonlyMap<number, TaskRow>,
  audit: readonly AuditRow[],
  unrecorded: ReadonlySet<number>,
): string[] {
  const found: string[] = []
  const byTask = Map.groupBy(audit, (row) => row.task_id)
  for (const id of rows.keys()) {
    const history = byTask.get(id) ?? []
    const wanted = expectedHistory(book.tasks.get(id))
    for (const type of new Set([...wanted.keys(), ...history.map((row) => row.event_type)])) {
      const [has, should] = [history.filter((row) => row.event_type === type).length, wanted.get(type) ?? 0]
      if (has > should || (has < should && !unrecorded.has(id))) {
        found.push(`task ${id} has ${has} ${type} on record in place of ${should}`)
      }
    }
    for (const [topic, ofTopic] of Map.groupBy(history, (row) => topicOf(row.event_type))) {
      const versions = ofTopic.map((row) => row.task_version)
      if (versions.some((version, place) => version < (versions[place - 1] ?? 0))) {
        found.push(`the ${topic} of task ${id} came as ${versions.join(', ')}`)
      }
    }
  }
  return found
}

/** A task that is not in the book is one that followed, and that nobody has touched. */
function expectedHistory(task: BookedTask | undefined): Map<EventType, number> {
  const history = new Map<EventType, number>([
    ['task.created', 1],
    ['reminder.scheduled', 1],
  ])
  if (task && task.completedAt !== null) history.set('task.completed', 1).set('reminder.cancelled', 1)
  if (task?.reminder) history.set('reminder.sent', 1)
  if (task && task.updates > 0) history.set('task.updated', task.updates)
  return history
}

export interface MailFacts {
  readonly problems: readonly string[]
  /** How late the latest of the reminders was that were booked since `since`, ms. */
  readonly latestMs: number
  /** Mails that came again, under the Message-ID that they had before. */
  readonly copies: number
}

/** One mail per reminder, never early; several late ones may be in one. `since`: ms since 1970. */
export function mailFacts(book: Book, mails: readonly CaughtMail[], since: number): MailFacts {
  const problems: string[] = []
  let latestMs = 0
  const wanted = new Set<string>()
  for (const {id, title, reminder} of book.reminders) {
    const own = mails.filter(({text}) => text.includes(title))
    for (const {messageId} of own) wanted.add(messageId)
    const messages = new Set(own.map(({messageId}) => messageId)).size
    if (messages !== 1) problems.push(`of task ${id} came ${messages} mails in place of 1`)
    const first = Math.min(...own.map(({receivedAt}) => receivedAt))
    if (first < reminder.at) problems.push(`the mail of task ${id} came ${reminder.at - first} ms early`)
    if (reminder.bookedAt >= since && own.length > 0) {
      latestMs = Math.max(latestMs, first - Math.max(reminder.at, reminder.bookedAt))
    }
  }
  const others = mails.filter(({messageId}) => !wanted.has(messageId)).length
  if (others > 0) problems.push(`${others} mails that nobody asked for`)
  return {problems, latestMs, copies: mails.length - new Set(mails.map(({messageId}) => messageId)).size}
}
