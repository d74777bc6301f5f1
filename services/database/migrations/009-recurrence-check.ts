import {SchemaMigration} from './schema-migration.ts'

/** What the operator's check of all series reads across users. */
export class Migration009 extends SchemaMigration {
  override readonly label = '009'
  override readonly kind = 'expand'
  override readonly oldestApplication = '0.1.0'

  override up(): void {
    this.begin()
    this.addSql(`
      create function todo.series_occurrences(after_id bigint, max_rows int)
      returns table (task_id bigint, user_id uuid, series_id bigint, rule varchar, start_at timestamptz, end_at timestamptz,
        anchor varchar, catch_up varchar, excluded_at timestamptz[], count_left int, occurrence_at timestamptz,
        closed_at timestamptz, next_occurrence timestamptz)
      language sql stable security definer set search_path = pg_catalog as $$
        select t.id, t.user_id, s.id, s.rule, s.start_at, s.end_at, s.anchor, s.catch_up, s.excluded_at, s.count_left,
          t.occurrence_at, coalesce(t.completed_at, t.skipped_at), t.next_occurrence
        from todo.tasks t join todo.series s on s.id = t.series_id
        where t.id > after_id and t.deleted_at is null and t.retracted_at is null
          and s.deleted_at is null and s.continued_by is null
          and not exists (select 1 from todo.tasks n where n.predecessor_id = t.id and n.retracted_at is null)
        order by t.id limit max_rows
      $$`)
    this.addSql(`revoke all on function todo.series_occurrences(bigint, int) from public`)
    this.addSql(`grant execute on function todo.series_occurrences(bigint, int) to todo5_task`)
    this.finish()
  }

  override down(): void {
    this.begin()
    this.addSql(`drop function todo.series_occurrences(bigint, int)`)
    this.undone()
  }
}
