import type {BrokenOccurrence} from '../database/ensure-successor.ts'
import {v7 as uuidv7} from 'uuid'
import type {ChangeName} from '../contracts/undo.ts'
import type {Transaction} from '../database/database.ts'
import type {Series} from '../database/entities/series.ts'
import type {Task} from '../database/entities/task.ts'
import {seriesRule} from '../database/series-rule.ts'
import {databaseNow} from '../database/statements/database-now.ts'
import {enqueueEvents} from '../database/statements/enqueue-events.ts'
import {type LockedTask, lockTask} from '../database/statements/lock-task.ts'
import {type ReminderImage, reminderImages} from '../database/statements/reminder-images.ts'
import {type RowImage, insertUndoEntry} from '../database/statements/undo-log.ts'
import type {EventPayload, EventType} from '../domain/events/event-types.ts'
import {type NewEvent, newEvent} from '../domain/events/new-event.ts'
import {nextOccurrence} from '../domain/tasks/next-occurrence.ts'
import {currentTraceparent} from '../runtime/tracing.ts'
import {SERIES_FIELDS, TASK_FIELDS, changedSince, imageOf} from './row-image.ts'

export interface ChangeOptions {
  readonly userId: string
  /** What the user does; null for what is not in the undo log: a repair, or an undo itself. */
  readonly name: ChangeName | null
  /** Changes of one request, which are undone together. */
  readonly batchId?: string | null
  /** The instant, where it has just been asked for. */
  readonly now?: Date | undefined
}

/** A series whose next occurrence cannot be computed: that holds up nothing else. */
export type OnCalculationError = (error: unknown, occurrence: BrokenOccurrence) => void

/** Runs one change of a user inside of a transaction and records it, whatever it was: see {@link Change}. */
export type Recorder = <T>(tx: Transaction, options: ChangeOptions, work: (change: Change) => Promise<T>) => Promise<T>

export const createRecorder =
  (onCalculationError: OnCalculationError): Recorder =>
  async (tx, options, work) => {
    const change = new Change(tx, options, onCalculationError)
    const result = await work(change)
    await finish(change)
    return result
  }

let finish: (change: Change) => Promise<void>

/**
 * One change while it is made. Rows are locked, or made, through it: so it knows how they were, and at its end writes the
 * rows, what it takes to undo the change, and its events. Use cases only change rows and add events.
 */
export class Change {
  readonly tx: Transaction
  readonly userId: string
  readonly #options: ChangeOptions
  readonly #onCalculationError: OnCalculationError
  readonly #events: NewEvent[] = []
  readonly #tasks = new Map<Task, RowImage>()
  readonly #series = new Map<Series, RowImage>()
  readonly #reminders = new Map<number, {task: Task; image: ReminderImage}>()
  readonly #writes = new Map<Task, (tx: Transaction, task: Task) => void>()
  readonly #madeTasks = new Set<Task>()
  readonly #madeSeries = new Set<Series>()
  readonly #madeReminders: {task: Task; id: number}[] = []

  static {
    finish = async (change) => change.#finish()
  }

  constructor(tx: Transaction, options: ChangeOptions, onCalculationError: OnCalculationError) {
    this.tx = tx
    this.userId = options.userId
    this.#options = options
    this.#onCalculationError = onCalculationError
  }

  /** The database's clock; without another question while nothing has been waited for. */
  async now(): Promise<Date> {
    return this.#options.now ?? databaseNow(this.tx)
  }

  /** Locks a task and its series, and remembers how they are. */
  async lock(id: number): Promise<LockedTask> {
    return this.#remember(await lockTask(this.tx, id))
  }

  /**
   * For a change that has locked a task and writes it by one statement of its own, which goes out with its events: reading
   * it as an entity and finding out what has changed takes longer than the rest of a completion.
   */
  willWrite(locked: LockedTask, write: (tx: Transaction, task: Task) => void): void {
    this.#remember(locked)
    this.#writes.set(locked.task, write)
  }

  #remember(locked: LockedTask): LockedTask {
    this.rememberTask(locked.task)
    if (locked.series) this.rememberSeries(locked.series)
    return locked
  }

  /** A row that is locked and about to be changed; call it before. */
  rememberTask(task: Task): void {
    if (!this.#tasks.has(task)) this.#tasks.set(task, imageOf(task, TASK_FIELDS))
  }

  rememberSeries(series: Series): void {
    if (!this.#series.has(series)) this.#series.set(series, imageOf(series, SERIES_FIELDS))
  }

  /** Reminders of a task as they were before this change. */
  rememberReminders(task: Task, images: readonly ReminderImage[]): void {
    for (const image of images) {
      if (!this.#reminders.has(image.id)) this.#reminders.set(image.id, {task, image})
    }
  }

  /** All reminders of a task; call it before changing any. One statement. */
  async rememberRemindersOf(task: Task): Promise<void> {
    this.rememberReminders(task, await reminderImages(this.tx, task.id))
  }

  /**
   * Writes a task that this change is done with. MikroORM looks at every row that it knows of at each flush: with 366 of
   * them that was a third of the CPU of a skip.
   */
  async writeAndLetGo(task: Task): Promise<void> {
    task.touched = true
    await this.tx.flush()
    this.tx.getUnitOfWork().unsetIdentity(task)
  }

  madeTask(task: Task): void {
    this.#madeTasks.add(task)
  }

  madeSeries(series: Series): void {
    this.#madeSeries.add(series)
  }

  madeReminder(task: Task, id: number): void {
    this.#madeReminders.push({task, id})
  }

  /** Of a remembered task the fields that this change has changed so far, as they were. */
  before(task: Task): RowImage {
    return changedSince(this.#tasks.get(task)!, task)
  }

  add<T extends EventType>(type: T, task: Task, payload: EventPayload<T>): void {
    this.#events.push(
      newEvent(type, {eventId: uuidv7(), at: new Date(), userId: task.user_id, taskId: task.id, payload}),
    )
  }

  /**
   * Brings next_occurrence up to date: what follows if the task is done on time, or what follows its completion or skip.
   * When that cannot be computed the old value stays, so that the sweep and `recurrence check` find the series.
   */
  foresee(task: Task, series: Series | null): void {
    if (!series || series.deleted_at || task.deleted_at) {
      task.next_occurrence = null
      return
    }
    const occurrenceAt = task.occurrence_at!.getTime()
    const closedAt = (task.completed_at ?? task.skipped_at)?.getTime() ?? occurrenceAt
    try {
      const next = nextOccurrence(seriesRule(series), occurrenceAt, closedAt)
      task.next_occurrence = next === null ? null : new Date(next)
    } catch (error) {
      this.calculationFailed(error, {userId: task.user_id, taskId: task.id, seriesId: series.id, rule: series.rule})
    }
  }

  /** For makers of occurrences that this change calls. */
  readonly calculationFailed: OnCalculationError = (error, occurrence) => this.#onCalculationError(error, occurrence)

  async #finish(): Promise<void> {
    const entry = this.#options.name === null ? null : this.#undoEntry(this.#options.name)
    await this.tx.flush()
    for (const [task, write] of this.#writes) if (Object.keys(this.before(task)).length > 0) write(this.tx, task)
    if (entry) insertUndoEntry(this.tx, entry)
    enqueueEvents(this.tx, this.#events, currentTraceparent())
  }

  /** Null when nothing was changed. Also marks the changed tasks as touched. */
  #undoEntry(change: ChangeName) {
    const made = [...this.#madeTasks]
    // A successor that was taken back is no loss: completing again makes it again.
    const kept = ({retracted_at: retracted}: Task) => !retracted
    const reminders = [...this.#reminders.values()].filter(({task}) => kept(task) && !this.#madeTasks.has(task))
    const madeReminders = this.#madeReminders.filter(({task}) => kept(task) && !this.#madeTasks.has(task))
    const withReminders = new Set([...reminders, ...madeReminders].map(({task}) => task))
    const tasks = new Map<number, RowImage>()
    for (const [task, before] of this.#tasks) {
      const changed = changedSince(before, task)
      if (!kept(task) || (Object.keys(changed).length === 0 && !withReminders.has(task))) continue
      if (!task.touched) task.touched = true
      if (!this.#madeTasks.has(task)) tasks.set(task.id, changedSince(before, task))
    }
    const series = [...this.#series]
      .filter(([row]) => !this.#madeSeries.has(row))
      .map(([row, before]) => [row.id, changedSince(before, row)] as const)
      .filter(([, changed]) => Object.keys(changed).length > 0)
    const madeSeries = [...this.#madeSeries].map(({id}) => id)
    const taskIds = [...tasks.keys(), ...made.map(({id}) => id)]
    const seriesIds = [...series.map(([id]) => id), ...madeSeries]
    if (taskIds.length + seriesIds.length === 0) return null
    return {
      userId: this.userId,
      change,
      batchId: this.#options.batchId ?? null,
      taskIds,
      seriesIds,
      before: {
        tasks: Object.fromEntries(tasks),
        series: Object.fromEntries(series),
        reminders: reminders.map(({image}) => image),
        made: {
          tasks: made.map(({id}) => id),
          series: madeSeries,
          reminders: madeReminders.map(({id}) => id),
        },
      },
    }
  }
}

/** What every event of an occurrence says about its place in the series. */
export const placeInSeries = (task: Task): {series_id: number | null; occurrence_at: string | null} => ({
  series_id: task.series_id ?? null,
  occurrence_at: task.occurrence_at?.toISOString() ?? null,
})
