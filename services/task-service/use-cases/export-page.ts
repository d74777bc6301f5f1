import type {ExportKind, ExportPage, ExportedReminder, ExportedSeries, ExportedTask} from '../../contracts/export.ts'
import {formatInstant, formatInstantOrNull} from '../../contracts/instant.ts'
import type {Transaction} from '../../database/database.ts'
import {type Reminder, ReminderDeliveryEntity, ReminderEntity} from '../../database/entities/reminder.ts'
import {type Series, SeriesEntity} from '../../database/entities/series.ts'
import {TaskEntity} from '../../database/entities/task.ts'
import {present} from '../present-task.ts'

/** Rows of a page: 500 titles and descriptions of full length are 5 MB. */
const PAGE = 500

/** What is stored of the user after this id; what an undo took back is left out. */
export async function exportPage(tx: Transaction, kind: ExportKind, after: number): Promise<ExportPage> {
  const rows = await READ[kind](tx, after)
  return {rows, next: rows.length < PAGE ? null : rows.at(-1)!.id}
}

const READ: Readonly<Record<ExportKind, (tx: Transaction, after: number) => Promise<ExportPage['rows']>>> = {
  series: async (tx, after) =>
    (await tx.find(SeriesEntity, {id: {$gt: after}}, {orderBy: {id: 'asc'}, limit: PAGE})).map(presentSeries),
  tasks: async (tx, after) => {
    const found = await tx.find(TaskEntity, {id: {$gt: after}, retracted_at: null}, {orderBy: {id: 'asc'}, limit: PAGE})
    return found.map((task): ExportedTask => {
      const {reminders: _none, ...fields} = present({task, reminders: []})
      return fields
    })
  },
  reminders: async (tx, after) => {
    const found = await tx.find(ReminderEntity, {id: {$gt: after}}, {orderBy: {id: 'asc'}, limit: PAGE})
    return presentReminders(tx, found)
  },
}

const presentSeries = (series: Series): ExportedSeries => ({
  id: series.id,
  rule: series.rule,
  start_at: formatInstant(series.start_at),
  end_at: formatInstantOrNull(series.end_at),
  anchor: series.anchor,
  catch_up: series.catch_up,
  excluded_at: series.excluded_at.map((at) => formatInstant(new Date(at))),
  count_left: series.count_left ?? null,
  continued_by: series.continued_by ?? null,
  deleted_at: formatInstantOrNull(series.deleted_at),
  created_at: formatInstant(series.created_at),
})

async function presentReminders(tx: Transaction, reminders: readonly Reminder[]): Promise<ExportedReminder[]> {
  const ids = reminders.map(({id}) => id)
  const deliveries = await tx.find(ReminderDeliveryEntity, {reminder_id: {$in: ids}}, {orderBy: {id: 'asc'}})
  const byReminder = Map.groupBy(deliveries, (delivery) => delivery.reminder_id)
  return reminders.map((reminder) => ({
    id: reminder.id,
    task_id: reminder.task_id,
    offset_seconds: reminder.offset_seconds ?? null,
    reminder_at: formatInstant(reminder.reminder_at),
    channels: reminder.channels ?? null,
    nag_every_seconds: reminder.nag_every_seconds ?? null,
    state: reminder.state,
    removed_at: formatInstantOrNull(reminder.removed_at),
    created_at: formatInstant(reminder.created_at),
    deliveries: (byReminder.get(reminder.id) ?? []).map(({channel, state, attempts, sent_at}) => ({
      channel,
      state,
      attempts,
      sent_at: formatInstantOrNull(sent_at),
    })),
  }))
}
