import {SchemaMigration} from './schema-migration.ts'

/** The address under which a calendar program reads somebody's dates: a secret of its own, kept as its hash alone. */
export class Migration016 extends SchemaMigration {
  override readonly label = '016'
  override readonly kind = 'expand'
  override readonly oldestApplication = '0.1.0'

  override up(): void {
    this.begin()
    this.addSql(`
      create table todo.calendar_links (
        user_id uuid primary key references todo.profiles (user_id) on delete cascade,
        token_hash bytea not null unique check (octet_length(token_hash) = 32),
        created_at timestamptz not null default clock_timestamp()
      )`)
    this.isolateByUser('todo.calendar_links')
    this.addSql(`grant select, insert, update, delete on todo.calendar_links to todo5_chat`)
    // Whose link it is nobody knows before it is looked up.
    this.addSql(`
      create function todo.calendar_user(of_token_hash bytea) returns uuid
      language sql stable security definer set search_path = pg_catalog as $$
        select l.user_id from todo.calendar_links l where l.token_hash = of_token_hash
      $$`)
    this.addSql(`revoke all on function todo.calendar_user(bytea) from public`)
    this.addSql(`grant execute on function todo.calendar_user(bytea) to todo5_chat`)
    this.finish()
  }

  override down(): void {
    this.begin()
    this.addSql(`drop function todo.calendar_user(bytea)`)
    this.addSql(`drop table todo.calendar_links`)
    this.undone()
  }
}
