import type {TaskHistoryResponse} from '../../services/contracts/history.ts'
import {someTask} from '../../services/contracts/testing/some-task.ts'
import type {SkipTaskResponse} from '../../services/contracts/skip-task.ts'
import type {CompleteTaskResponse, TaskListResponse, TaskResponse} from '../../services/contracts/tasks.ts'
import {defaultReminders, planReminders} from '../../services/domain/reminders/reminder-times.ts'
import {newSeries} from '../../services/domain/tasks/new-series.ts'
import {nextOccurrence, type SeriesRule} from '../../services/domain/tasks/next-occurrence.ts'
import {DomainError, invalidRequest, taskNotFound} from '../../services/domain/errors.ts'

type Body = Record<string, any> // eslint-disable-line typescript/no-explicit-any -- whatever the client sent

export interface AuditRow {
  readonly task_id: number
  readonly event_type: string
  readonly payload: Record<string, unknown>
  readonly at: number
}

const text = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')
const textOrNull = (at: number | null): string | null => (at === null ? null : text(at))

const dueMs = (task: TaskResponse): number => (task.due_at === null ? Number.MAX_SAFE_INTEGER : Date.parse(task.due_at))

export interface Snapshot {
  readonly tasks: readonly TaskResponse[]
  readonly series: ReadonlyMap<number, SeriesRule>
}

const reminderRow = (task: TaskResponse, index: number, at: number) => ({
  id: task.id * 10 + index,
  reminder_at: text(at),
  state: 'scheduled' as const,
  channels: null,
  revision: 1,
})

/** Tasks as the Task Service keeps them, in memory, for one user; the rules are the real ones. */
export class FakeTasks {
  readonly tasks: TaskResponse[] = []
  readonly audit: AuditRow[] = []
  readonly #series = new Map<number, SeriesRule>()
  /** The clock, ms. */
  now: number
  /** What became of reminders, as the history says it. */
  readonly verdicts: string[] = []
  readonly deliveries: TaskHistoryResponse['entries'] = []
  /** The next occurrence is not there in time. */
  slowPipeline = false

  constructor(now: number) {
    this.now = now
  }

  /** All tasks and series, to go back to. */
  snapshot(): Snapshot {
    return {tasks: structuredClone(this.tasks), series: new Map(this.#series)}
  }

  restore({tasks, series}: Snapshot): void {
    this.tasks.splice(0, this.tasks.length, ...structuredClone(tasks))
    this.#series.clear()
    for (const [id, rule] of series) this.#series.set(id, rule)
  }

  create(body: Body): TaskResponse {
    const dueAt = body['due_at'] == null ? null : Date.parse(body['due_at'])
    const series = body['recurring_pattern'] == null ? null : this.#newSeries(body, dueAt)
    const task = this.#add({
      title: body['title'],
      description: body['description'] ?? '',
      priority: body['priority'] ?? 0,
      tags: body['tags'] ?? [],
      due_at: textOrNull(series?.firstAt ?? dueAt),
      due_has_time: body['due_has_time'] ?? true,
    })
    if (series) this.#join(task, series)
    this.#remind(task, body['reminders'])
    this.#record('task.created', task, {due_at: task.due_at, recurring_pattern: task.recurring_pattern})
    return task
  }

  find(id: number): TaskResponse {
    const task = this.tasks.find((one) => one.id === id && one.deleted_at === null)
    if (!task) throw taskNotFound(id)
    return task
  }

  list(query: URLSearchParams): TaskListResponse {
    const view = query.get('view') ?? 'open'
    const limit = Number(query.get('limit') ?? 50)
    const skip = Number(query.get('cursor') ?? 0)
    const found = this.tasks
      .filter((task) => task.deleted_at === null && this.#inView(task, view))
      .filter((task) => !query.has('due_from') || dueMs(task) >= Date.parse(query.get('due_from')!))
      .filter((task) => !query.has('due_until') || dueMs(task) < Date.parse(query.get('due_until')!))
      .filter((task) => !query.has('tag') || task.tags.includes(query.get('tag')!))
      .filter((task) => !query.has('priority') || task.priority === Number(query.get('priority')))
      .filter((task) =>
        `${task.title}\n${task.description}`.toLowerCase().includes((query.get('search') ?? '').toLowerCase()),
      )
      .sort((a, b) => dueMs(a) - dueMs(b) || a.id - b.id)
    const page = found.slice(skip, skip + limit)
    return {tasks: page, next_cursor: found.length > skip + limit ? String(skip + limit) : null}
  }

  #inView(task: TaskResponse, view: string): boolean {
    const open = task.completed_at === null && task.skipped_at === null
    const due = task.due_at === null ? NaN : Date.parse(task.due_at)
    switch (view) {
      case 'open':
        return open
      case 'overdue':
        return open && due < this.now
      case 'today':
        return open
      case 'upcoming':
        return open && due >= this.now
      case 'recurring':
        return open && task.series_id !== null
      case 'done':
        return task.completed_at !== null
      default:
        return true
    }
  }

  update(id: number, body: Body, ifMatch: string | undefined, scope: string | null = null): TaskResponse {
    const named = this.find(id)
    if (ifMatch !== undefined && ifMatch !== `"${named.version}"`) {
      throw new DomainError(
        'precondition',
        'task_changed',
        `Task ${id} is at version ${named.version}, not ${ifMatch}.`,
        {
          hint: 'Look at it as it is now, and send your change again.',
        },
      )
    }
    const {recurring_pattern: pattern, recurring_end_date: end, reminders, anchor, catch_up: catchUp, ...content} = body
    const rule = [pattern, end, anchor, catchUp].some((part) => part !== undefined)
    if (scope === 'this' && rule && named.series_id !== null) {
      throw new DomainError('invalid', 'rule_needs_scope', 'A rule is not of one occurrence.', {
        hint: 'Send scope=following.',
      })
    }
    const closed = named.completed_at !== null || named.skipped_at !== null
    if (closed && scope !== 'following' && scope !== 'all' && (rule || reminders !== undefined)) {
      throw new DomainError('conflict', 'task_closed', `Task ${id} is closed: reminders cannot change any more.`)
    }
    const moves = content['due_at'] !== undefined && (scope === 'following' || scope === 'all')
    const task = scope === 'following' || scope === 'all' ? this.#openOf(named) : named
    const before = Object.fromEntries(Object.keys(content).map((field) => [field, task[field as keyof TaskResponse]]))
    Object.assign(task, content)
    if (scope === 'all') {
      const {due_at: _due, due_has_time: _time, ...texts} = content
      for (const row of this.chain(task)) if (row !== task) Object.assign(row, texts, {version: row.version + 1})
    }
    if (pattern === null) {
      Object.assign(task, {series_id: null, occurrence_at: null, recurring_pattern: null, next_occurrence: null})
    } else if (rule || (moves && task.series_id !== null)) {
      const request = {...body, recurring_pattern: pattern ?? task.recurring_pattern}
      this.#join(task, this.#newSeries(request, task.due_at === null ? null : Date.parse(task.due_at)))
    }
    if (reminders !== undefined || content['due_at'] !== undefined) this.#remind(task, reminders)
    task.version++
    this.#record('task.updated', task, {changed: Object.keys(content), before, after: content})
    return task
  }

  /** All occurrences of the series that a task is in, oldest first, over the series that it continues. */
  chain(task: TaskResponse): TaskResponse[] {
    const rows = this.tasks.filter((row) => row.deleted_at === null || row === task)
    let first = task
    for (let before; (before = rows.find((row) => row.id === first.predecessor_id));) first = before
    const found = [first]
    for (let next; (next = rows.find((row) => row.predecessor_id === found.at(-1)!.id));) found.push(next)
    return found
  }

  #openOf(task: TaskResponse): TaskResponse {
    if (task.series_id === null) return task
    const open = this.chain(task).find((row) => row.completed_at === null && row.skipped_at === null)
    if (open) return open
    throw new DomainError('conflict', 'series_ended', `The series of task ${task.id} has ended.`)
  }

  complete(id: number, endSeries = false): CompleteTaskResponse {
    const task = this.find(id)
    if (endSeries) this.#series.delete(task.series_id!)
    task.completed_at ??= text(this.now)
    for (const reminder of task.reminders) reminder.state = 'cancelled'
    task.reminder_at = null
    task.version++
    this.#record('task.completed', task, {completed_at: task.completed_at})
    const following = this.#following(task)
    if (following === null) return {completed: task, next: null, next_pending: false}
    if (this.slowPipeline) return {completed: task, next: null, next_pending: true}
    return {completed: task, next: this.#succeed(task, following), next_pending: false}
  }

  reopen(id: number): TaskResponse {
    const task = this.find(id)
    const successor = this.tasks.findIndex((one) => one.predecessor_id === id)
    if (successor !== -1 && this.tasks[successor]!.version > 1) {
      const next = this.tasks[successor]!.id
      throw new DomainError(
        'conflict',
        'successor_touched',
        `The next occurrence, task ${next}, was changed already.`,
        {
          hint: `Leave this one as it is, or undo what happened to task ${next} first.`,
        },
      )
    }
    if (successor !== -1) this.tasks.splice(successor, 1)
    Object.assign(task, {completed_at: null, skipped_at: null, version: task.version + 1})
    this.#record('task.reopened', task, {retracted_task_id: null})
    return task
  }

  delete(id: number, scope: string | null): TaskResponse {
    const task = this.find(id)
    const live = task.series_id !== null && task.completed_at === null && task.skipped_at === null
    if (live && scope === null) {
      throw invalidRequest([
        {field: 'scope', code: 'scope_required', message: 'This task repeats: say what to delete.'},
      ])
    }
    if (live && scope === 'this') {
      this.skip(id, undefined)
      return task
    }
    const chain = this.chain(task)
    const gone = scope === 'all' ? chain : scope === 'following' ? chain.slice(chain.indexOf(task)) : [task]
    for (const row of gone) {
      row.version++
      row.deleted_at = text(this.now)
      this.#record('task.deleted', row, {})
    }
    return task
  }

  skip(id: number, until: number | undefined): SkipTaskResponse {
    const task = this.find(id)
    if (task.series_id === null) throw new DomainError('conflict', 'not_recurring', `Task ${id} does not repeat.`)
    const skipped: TaskResponse[] = []
    let open: TaskResponse | null = task
    while (open && (until === undefined ? skipped.length === 0 : Date.parse(open.occurrence_at!) <= until)) {
      open.skipped_at = text(this.now)
      open.version++
      this.#record('task.skipped', open, {skipped_at: open.skipped_at})
      skipped.push(open)
      const following = this.#following(open)
      open = following === null ? null : this.#succeed(open, following)
    }
    if (skipped.length === 0) {
      throw new DomainError('conflict', 'nothing_to_skip', `Task ${id} comes later than that.`)
    }
    return {skipped, next: open, next_pending: false}
  }

  snooze(id: number, body: Body): TaskResponse {
    const task = this.find(id)
    const at = body['for_seconds'] === undefined ? Date.parse(body['until']) : this.now + body['for_seconds'] * 1000
    const before = task.reminders.filter((one) => one.offset_seconds !== null && Date.parse(one.reminder_at) > at)
    task.reminders = [...before, {...reminderRow(task, 9, at), offset_seconds: null, nag_every_seconds: null}]
    task.reminder_at = text(Math.min(at, ...before.map((one) => Date.parse(one.reminder_at))))
    this.#record('reminder.scheduled', task, {reminder_at: text(at)})
    return task
  }

  #add(fields: Partial<TaskResponse>): TaskResponse {
    const at = text(this.now)
    const id = Math.max(0, ...this.tasks.map((one) => one.id)) + 1
    const task = someTask({id, created_at: at, updated_at: at, ...fields})
    this.tasks.push(task)
    return task
  }

  #newSeries(body: Body, dueAt: number | null) {
    return newSeries({
      pattern: body['recurring_pattern'],
      dueAt,
      endDate: body['recurring_end_date'] == null ? null : Date.parse(body['recurring_end_date']),
      anchor: body['anchor'] ?? 'due',
      catchUp: body['catch_up'] ?? 'once',
      now: this.now,
    })
  }

  #join(task: TaskResponse, series: SeriesRule & {firstAt: number}): void {
    task.series_id = this.#series.size + 1
    this.#series.set(task.series_id, series)
    task.due_at = text(series.firstAt)
    task.occurrence_at = task.due_at
    task.recurring_pattern = series.rule
    task.recurring_end_date = textOrNull(series.endAt)
    task.next_occurrence = textOrNull(nextOccurrence(series, series.firstAt, series.firstAt))
  }

  #following(task: TaskResponse): number | null {
    const series = task.series_id === null ? undefined : this.#series.get(task.series_id)
    return series ? nextOccurrence(series, Date.parse(task.occurrence_at!), this.now) : null
  }

  #succeed(task: TaskResponse, at: number): TaskResponse {
    const {title, description, priority, tags, due_has_time, series_id, recurring_pattern, recurring_end_date} = task
    const next = this.#add({
      title,
      description,
      priority,
      tags,
      due_has_time,
      series_id,
      recurring_pattern,
      recurring_end_date,
      predecessor_id: task.id,
      due_at: text(at),
      occurrence_at: text(at),
    })
    this.#remind(next, task.reminders)
    this.#record('task.created', next, {due_at: next.due_at, recurring_pattern: next.recurring_pattern})
    return next
  }

  #remind(task: TaskResponse, reminders: readonly Body[] | undefined): void {
    const due = task.due_at === null ? null : Date.parse(task.due_at)
    const templates = reminders ?? (due === null ? [] : defaultReminders(task.due_has_time))
    const planned = planReminders(
      templates.map((one) => ({
        offset_seconds: one['offset_seconds'],
        channels: one['channels'] ?? null,
        nag_every_seconds: one['nag_every_seconds'] ?? null,
      })),
      due,
      this.now,
    )
    task.reminders = planned.map(({at, offset_seconds, channels, nag_every_seconds}, index) => ({
      ...reminderRow(task, index, at),
      channels: channels === null ? null : [...channels],
      offset_seconds,
      nag_every_seconds,
    }))
    task.reminder_at = planned.length === 0 ? null : text(Math.min(...planned.map(({at}) => at)))
  }

  #record(event_type: string, task: TaskResponse, payload: Record<string, unknown>): void {
    this.audit.unshift({task_id: task.id, event_type, payload: {task_version: task.version, ...payload}, at: this.now})
  }
}
