import {SchemaMigration} from './schema-migration.ts'

/** The installation, who is set for a transaction, and which services are running against this schema. */
export class Migration001 extends SchemaMigration {
  override readonly label = '001'
  override readonly kind = 'expand'
  override readonly oldestApplication = '0.1.0'

  override up(): void {
    this.begin()
    this.addSql(`
      create table todo.installation (
        id uuid not null default gen_random_uuid(),
        created_at timestamptz not null default clock_timestamp(),
        only_one boolean primary key default true check (only_one)
      )`)
    this.addSql(`insert into todo.installation default values`)
    // A query outside of a transaction with a user must fail, not find nothing.
    this.addSql(`
      create function todo.current_users() returns uuid[] language plpgsql stable as $$
      declare
        ids text := current_setting('todo.user_ids', true);
      begin
        if ids is null or ids in ('', '{}') then
          raise exception 'no user is set for this transaction' using errcode = 'insufficient_privilege';
        end if;
        return ids::uuid[];
      end $$`)
    this.addSql(`
      create table todo.running_services (
        service varchar(50) not null,
        instance uuid not null,
        application_version varchar(50) not null,
        needs_migration varchar(100) not null,
        seen_at timestamptz not null default clock_timestamp(),
        primary key (service, instance)
      )`)
    this.addSql(
      `create table todo.tombstones (user_id uuid primary key, erased_at timestamptz not null default clock_timestamp())`,
    )
    this.addSql(`grant select on todo.installation, todo.tombstones, todo.schema_versions to ${this.services}`)
    this.addSql(`grant select, insert, update, delete on todo.running_services to ${this.services}`)
    this.addSql(`grant select on todo.installation, todo.schema_versions to todo5_bus`)
    this.addSql(`grant select, insert, update, delete on todo.running_services to todo5_bus`)
    this.finish()
  }

  override down(): void {
    this.begin()
    this.addSql(`drop table todo.tombstones, todo.running_services, todo.installation`)
    this.addSql(`drop function todo.current_users()`)
    this.undone()
  }
}
