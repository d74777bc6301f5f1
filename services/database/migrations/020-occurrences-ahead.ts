import {SchemaMigration} from './schema-migration.ts'

/** How much comes on which day, over all users: numbers alone. */
export class Migration020 extends SchemaMigration {
  override readonly label = '020'
  override readonly kind = 'expand'
  override readonly oldestApplication = '0.1.0'

  override up(): void {
    this.begin()
    // Days are 24 hours from now on: users live in many zones. -1 = overdue, 7 = later than a week.
    this.addSql(`
      create function todo.occurrences_ahead() returns table (day int, occurrences bigint)
      language sql stable security definer set search_path = pg_catalog as $$
        select greatest(-1, least(7, floor(extract(epoch from t.due_at - clock_timestamp()) / 86400)))::int, count(*)
        from todo.tasks t where t.series_id is not null and t.due_at is not null
          and t.completed_at is null and t.skipped_at is null and t.deleted_at is null and t.retracted_at is null
        group by 1
      $$`)
    this.addSql(`revoke all on function todo.occurrences_ahead() from public`)
    this.addSql(`grant execute on function todo.occurrences_ahead() to todo5_recurring`)
    this.finish()
  }

  override down(): void {
    this.begin()
    this.addSql(`drop function todo.occurrences_ahead()`)
    this.undone()
  }
}
