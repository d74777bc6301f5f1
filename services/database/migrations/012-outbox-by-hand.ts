import {SchemaMigration} from './schema-migration.ts'

/** What an operator sees of the outbox, and the lease taken from the relay that has it. */
export class Migration012 extends SchemaMigration {
  override readonly label = '012'
  override readonly kind = 'expand'
  override readonly oldestApplication = '0.1.0'

  override up(): void {
    this.begin()
    // Of two operators the second must not take the lease from the first, as both may take it from a relay.
    this.addSql(`alter table todo.relay_lease add column by_hand boolean not null default false`)
    // [{topic, since, reason}]: what the bus does not take from the relay that leads.
    this.addSql(`alter table todo.relay_lease add column refusals jsonb not null default '[]'`)
    this.addSql(`
      create function todo.outbox_by_topic(up_to bigint)
      returns table (topic varchar, waiting bigint, oldest_at timestamptz, newest_id bigint)
      language sql stable security definer set search_path = pg_catalog as $$
        select o.topic, count(*), min(o.created_at), max(o.id)
        from todo.outbox o where up_to is null or o.id <= up_to group by o.topic order by o.topic
      $$`)
    this.addSql(`revoke all on function todo.outbox_by_topic(bigint) from public`)
    this.addSql(`grant execute on function todo.outbox_by_topic(bigint) to todo5_task`)
    this.finish()
  }

  override down(): void {
    this.begin()
    this.addSql(`drop function todo.outbox_by_topic(bigint)`)
    this.addSql(`alter table todo.relay_lease drop column refusals, drop column by_hand`)
    this.undone()
  }
}
