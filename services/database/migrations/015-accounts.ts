import {SchemaMigration} from './schema-migration.ts'

/** Codes of devices that ask to be signed in, and the end of an account. */
export class Migration015 extends SchemaMigration {
  override readonly label = '015'
  override readonly kind = 'expand'
  override readonly oldestApplication = '0.1.0'

  override up(): void {
    this.begin()
    // As Better Auth 1.7.5 wants it for its device authorization; a test in services/chat-api/accounts compares.
    this.addSql(`
      create table auth."deviceCode" (
        "id" uuid default pg_catalog.gen_random_uuid() not null primary key,
        "deviceCode" text not null,
        "userCode" text not null,
        "userId" text,
        "expiresAt" timestamptz not null,
        "status" text not null,
        "lastPolledAt" timestamptz,
        "pollingInterval" integer,
        "clientId" text,
        "scope" text
      )`)
    this.addSql(`create unique index "deviceCode_deviceCode_uidx" on auth."deviceCode" ("deviceCode")`)
    this.addSql(`create unique index "deviceCode_userCode_uidx" on auth."deviceCode" ("userCode")`)
    this.addSql(`grant select, insert, update, delete on auth."deviceCode" to todo5_chat`)
    // Each row that goes is looked for where others may refer to it: without these that reads all tasks of the user, for
    // each of them. Tasks without a series have no entry in them.
    this.addSql(`create index tasks_of_predecessor on todo.tasks (predecessor_id) where predecessor_id is not null`)
    this.addSql(`create index tasks_of_series on todo.tasks (series_id) where series_id is not null`)
    this.addSql(`create index series_continued_by on todo.series (continued_by) where continued_by is not null`)
    this.erasure()
    this.finish()
  }

  override down(): void {
    this.begin()
    this.addSql(`drop function todo.erase_user(uuid), todo.erase_leftovers(), todo.erase_rows(uuid)`)
    this.addSql(`drop index todo.tasks_of_predecessor, todo.tasks_of_series, todo.series_continued_by`)
    this.addSql(`drop table auth."deviceCode"`)
    this.undone()
  }

  private erasure(): void {
    // Locks in the order of every other change: series, tasks, reminders. Tables that come later are found by their
    // user_id; what refers to others goes before them. Only the list of what happened stays, and no sign of whose it was.
    this.addSql(`
      create function todo.erase_rows(erased uuid) returns jsonb language plpgsql set search_path = pg_catalog as $$
      declare
        counts jsonb := '{}';
        pseudonym uuid := gen_random_uuid();
        t text;
        n bigint;
      begin
        perform 1 from todo.series s where s.user_id = erased order by s.id for update;
        perform 1 from todo.tasks k where k.user_id = erased order by k.id for update;
        perform 1 from todo.reminders r where r.user_id = erased order by r.id for update;
        for t in
          select c.relname
          from pg_class c
            join pg_namespace s on s.oid = c.relnamespace
            join pg_attribute a on a.attrelid = c.oid and a.attname = 'user_id' and not a.attisdropped
          where s.nspname = 'todo' and c.relkind in ('r', 'p') and not c.relispartition
            and c.relname not in ('tombstones', 'audit_logs', 'profiles')
          order by
            exists (select from pg_constraint f where f.contype = 'f' and f.confrelid = c.oid and f.conrelid <> c.oid),
            array_position(array['reminder_deliveries', 'reminders', 'tasks', 'series'], c.relname::text) nulls first
        loop
          execute format('delete from todo.%I where user_id = $1', t) using erased;
          get diagnostics n = row_count;
          counts := counts || jsonb_build_object(t, n);
        end loop;
        update todo.audit_logs a set user_id = pseudonym where a.user_id = erased;
        get diagnostics n = row_count;
        return counts || jsonb_build_object('audit_logs', n);
      end $$`)
    this.addSql(`
      create function todo.erase_user(erased uuid) returns jsonb
      language plpgsql security definer set search_path = pg_catalog as $$
      declare
        counts jsonb;
        n bigint;
      begin
        insert into todo.tombstones (user_id) values (erased) on conflict do nothing;
        counts := todo.erase_rows(erased);
        delete from auth."apikey" where "referenceId" = erased::text;
        get diagnostics n = row_count;
        counts := counts || jsonb_build_object('keys', n);
        delete from auth."session" where "userId" = erased;
        get diagnostics n = row_count;
        counts := counts || jsonb_build_object('sessions', n);
        delete from auth."verification" where "value" = erased::text;
        delete from auth."deviceCode" where "userId" = erased::text;
        delete from auth."user" where "id" = erased;
        return counts;
      end $$`)
    // A change that was under way when its account was erased is committed after it.
    this.addSql(`
      create function todo.erase_leftovers() returns void
      language plpgsql security definer set search_path = pg_catalog as $$
      declare
        erased uuid;
      begin
        for erased in select user_id from todo.tombstones where erased_at > clock_timestamp() - interval '1 day' loop
          perform todo.erase_rows(erased);
        end loop;
      end $$`)
    this.addSql(
      `revoke all on function todo.erase_rows(uuid), todo.erase_user(uuid), todo.erase_leftovers() from public`,
    )
    this.addSql(`grant execute on function todo.erase_user(uuid), todo.erase_leftovers() to todo5_chat`)
  }
}
