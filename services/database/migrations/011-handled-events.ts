import {SchemaMigration} from './schema-migration.ts'

/** What an operator needs who sets a consumer back: that it forgets the events that come again. */
export class Migration011 extends SchemaMigration {
  override readonly label = '011'
  override readonly kind = 'expand'
  override readonly oldestApplication = '0.1.0'

  override up(): void {
    this.begin()
    // The days say in which partitions to look: one or two in place of a month's.
    const where = `i.consumer = of_consumer and i.event_id = any (event_ids) and i.day between first_day and last_day`
    this.addSql(`
      create function todo.handled_events(of_consumer text, event_ids uuid[], first_day date, last_day date) returns bigint
      language sql stable security definer set search_path = pg_catalog as $$
        select count(*) from todo.inbox i where ${where}
      $$`)
    this.addSql(`
      create function todo.forget_handled_events(of_consumer text, event_ids uuid[], first_day date, last_day date) returns bigint
      language sql security definer set search_path = pg_catalog as $$
        with gone as (delete from todo.inbox i where ${where} returning 1) select count(*) from gone
      $$`)
    this.addSql(
      `revoke all on function todo.handled_events(text, uuid[], date, date), todo.forget_handled_events(text, uuid[], date, date) from public`,
    )
    this.finish()
  }

  override down(): void {
    this.begin()
    this.addSql(
      `drop function todo.forget_handled_events(text, uuid[], date, date), todo.handled_events(text, uuid[], date, date)`,
    )
    this.undone()
  }
}
