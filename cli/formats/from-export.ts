import type {ExportedReminder, ExportedSeries, ExportedTask} from '../../services/contracts/export.ts'
import type {ReminderInput} from '../../services/contracts/tasks.ts'
import {goingOn} from '../../services/domain/tasks/new-series.ts'
import type {SeriesRule} from '../../services/domain/tasks/next-occurrence.ts'
import {EMPTY_TASK, type Loss, type PortableSeries, type PortableTask} from './portable-task.ts'

/** What todo5's own documents have in common: the answer of GET /export, and what `todo5 export` writes. */
export interface TaskDocument {
  readonly series: readonly ExportedSeries[]
  readonly tasks: readonly ExportedTask[]
  readonly reminders: readonly ExportedReminder[]
}

export interface ExportedPortable extends PortableTask {
  readonly id: number
  readonly losses: readonly Loss[]
}

export const isOpen = (task: Pick<ExportedTask, 'completed_at' | 'skipped_at' | 'deleted_at'>): boolean =>
  task.completed_at === null && task.skipped_at === null && task.deleted_at === null

/** The tasks of a document; deleted ones are not among them. An open one of a series carries the rule. */
export function portableTasks({series, tasks, reminders}: TaskDocument): ExportedPortable[] {
  const seriesById = new Map(series.map((one) => [one.id, one]))
  const remindersByTask = Map.groupBy(reminders, (reminder) => reminder.task_id)
  return tasks
    .filter((task) => task.deleted_at === null)
    .map((task) => {
      const live = task.series_id === null || !isOpen(task) ? undefined : seriesById.get(task.series_id)
      return portableTask(task, live?.deleted_at === null ? live : undefined, remindersByTask.get(task.id) ?? [])
    })
}

function portableTask(
  task: ExportedTask,
  series: ExportedSeries | undefined,
  reminders: readonly ExportedReminder[],
): ExportedPortable {
  const open = isOpen(task)
  const due = task.due_at === null ? null : {at: Date.parse(task.due_at), hasTime: task.due_has_time}
  const occurrence = series && task.occurrence_at !== null ? Date.parse(task.occurrence_at) : undefined
  const moved = due !== null && occurrence !== undefined && occurrence !== due.at
  const losses: Loss[] = []
  if (series && occurrence !== undefined) losses.push(...leftOut(series, occurrence))
  return {
    ...EMPTY_TASK,
    id: task.id,
    title: task.title,
    description: task.description,
    priority: task.priority,
    tags: task.tags,
    due: moved ? {at: occurrence, hasTime: task.due_has_time} : due,
    movedTo: moved ? due : null,
    series: series && occurrence !== undefined ? portableSeries(series, occurrence) : null,
    reminders: open && due !== null ? remindersOf(reminders) : [],
    done: !open,
    losses,
  }
}

function portableSeries(series: ExportedSeries, occurrence: number): PortableSeries {
  const rule: SeriesRule = {
    rule: series.rule,
    startAt: Date.parse(series.start_at),
    endAt: series.end_at === null ? null : Date.parse(series.end_at),
    anchor: series.anchor,
    catchUp: series.catch_up,
    excludedAt: [],
    countLeft: series.count_left,
  }
  const {pattern, endDate} = goingOn(rule, occurrence)
  return {pattern, until: endDate, anchor: series.anchor, catchUp: series.catch_up}
}

/** Dates ahead that were skipped beforehand; those behind have done their work. */
const leftOut = ({excluded_at: excluded}: ExportedSeries, occurrence: number): Loss[] =>
  excluded
    .filter((at) => Date.parse(at) > occurrence)
    .map((at) => ({
      what: `the left out date ${at}`,
      why: 'a series cannot leave a date out beforehand: skip it when it comes',
    }))

function remindersOf(rows: readonly ExportedReminder[]): ReminderInput[] {
  const found = rows
    .filter((row) => row.removed_at === null && row.offset_seconds !== null)
    .map((row) => ({
      offset_seconds: row.offset_seconds!,
      ...(row.channels === null ? {} : {channels: row.channels as NonNullable<ReminderInput['channels']>}),
      ...(row.nag_every_seconds === null ? {} : {nag_every_seconds: row.nag_every_seconds}),
    }))
    .toSorted((a, b) => b.offset_seconds - a.offset_seconds)
  return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()]
}
