import {SchemaMigration} from './schema-migration.ts'

/** What undo, snooze and the history of a reminder need to know beyond the rows themselves. */
export class Migration010 extends SchemaMigration {
  override readonly label = '010'
  override readonly kind = 'expand'
  override readonly oldestApplication = '0.1.0'

  override up(): void {
    this.begin()
    // An occurrence that its user has changed is not taken back with the completion before it. Undo puts this back too, so
    // that a version, which only rises, cannot say it.
    this.addSql(`alter table todo.tasks add column touched boolean not null default false`)
    // A reminder that a snooze has put aside: neither a reopened task nor the end of the snooze brings it back.
    this.addSql(`alter table todo.reminders add column snoozed_at timestamptz`)
    // One moved reminder per task, which the next snooze moves again.
    this.addSql(
      `create unique index reminders_one_snooze on todo.reminders (task_id) where offset_seconds is null and removed_at is null`,
    )
    // [{at, outcome, answer}], one per try, at most 11: written in the statement that writes the outcome.
    this.addSql(`alter table todo.reminder_deliveries add column attempt_log jsonb not null default '[]'`)
    this.addSql(`alter table todo.undo_log add column series_ids bigint[] not null default '{}'`)
    // Changes of one request that were made one by one: undone together.
    this.addSql(`alter table todo.undo_log add column batch_id uuid`)
    this.finish()
  }

  override down(): void {
    this.begin()
    this.addSql(`alter table todo.undo_log drop column batch_id, drop column series_ids`)
    this.addSql(`alter table todo.reminder_deliveries drop column attempt_log`)
    this.addSql(`drop index todo.reminders_one_snooze`)
    this.addSql(`alter table todo.reminders drop column snoozed_at`)
    this.addSql(`alter table todo.tasks drop column touched`)
    this.undone()
  }
}
