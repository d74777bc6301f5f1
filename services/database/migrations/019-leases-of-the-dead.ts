import {SchemaMigration} from './schema-migration.ts'

/** The only instance of the Notification Service need not wait for the leases of the one that was killed before it. */
export class Migration019 extends SchemaMigration {
  override readonly label = '019'
  override readonly kind = 'expand'
  override readonly oldestApplication = '0.1.0'

  override up(): void {
    this.begin()
    this.addSql(`
      create function todo.end_delivery_leases() returns int
      language sql security definer set search_path = pg_catalog as $$
        with ended as (
          update todo.reminder_deliveries d set lease_until = clock_timestamp()
          where d.state = 'sending' and d.lease_until > clock_timestamp() returning 1
        ) select count(*)::int from ended
      $$`)
    this.addSql(`revoke all on function todo.end_delivery_leases() from public`)
    this.addSql(`grant execute on function todo.end_delivery_leases() to todo5_notification`)
    this.finish()
  }

  override down(): void {
    this.begin()
    this.addSql(`drop function todo.end_delivery_leases()`)
    this.undone()
  }
}
