import {SchemaMigration} from './schema-migration.ts'

/**
 * Most tasks belong to no series and follow no other: their rows need no entries in the unique keys of series, where they
 * were three of nine index entries of each new or completed task. The same keys hold for all other rows as before.
 */
export class Migration013 extends SchemaMigration {
  override readonly label = '013'
  override readonly kind = 'expand'
  override readonly oldestApplication = '0.1.0'

  override up(): void {
    this.begin()
    this.replace('tasks_one_successor', '(predecessor_id)', 'predecessor_id is not null and retracted_at is null')
    this.replace(
      'tasks_one_row_per_occurrence',
      '(series_id, occurrence_at)',
      'series_id is not null and retracted_at is null',
    )
    this.replace('tasks_one_open_per_series', '(series_id)', `series_id is not null and ${this.open}`)
    // It found the tag among the tasks of all users; those of one user are found faster by tasks_open_by_due.
    this.addSql(`drop index todo.tasks_tags`)
    // Keys are written in the order of their age and deleted by it: what is true of a page need not be said of each row.
    this.addSql(`drop index todo.idempotency_keys_by_age`)
    this.addSql(
      `create index idempotency_keys_by_age on todo.idempotency_keys using brin (created_at) with (autosummarize = on)`,
    )
    // A task that knows its id before it is written is written in one packet with its events.
    this.addSql(`grant usage on sequence todo.tasks_id_seq, todo.reminders_id_seq to todo5_task`)
    this.finish()
  }

  override down(): void {
    this.begin()
    this.addSql(`revoke usage on sequence todo.tasks_id_seq, todo.reminders_id_seq from todo5_task`)
    this.addSql(`drop index todo.idempotency_keys_by_age`)
    this.addSql(`create index idempotency_keys_by_age on todo.idempotency_keys (created_at)`)
    this.addSql(`create index tasks_tags on todo.tasks using gin (tags)`)
    this.replace('tasks_one_open_per_series', '(series_id)', this.open)
    this.replace('tasks_one_row_per_occurrence', '(series_id, occurrence_at)', 'retracted_at is null')
    this.replace('tasks_one_successor', '(predecessor_id)', 'retracted_at is null')
    this.undone()
  }

  private readonly open = 'completed_at is null and skipped_at is null and deleted_at is null and retracted_at is null'

  /** The new key is there before the old one goes. */
  private replace(name: string, columns: string, where: string): void {
    this.addSql(`alter index todo.${name} rename to ${name}_before`)
    this.addSql(`create unique index ${name} on todo.tasks ${columns} where ${where}`)
    this.addSql(`drop index todo.${name}_before`)
  }
}
