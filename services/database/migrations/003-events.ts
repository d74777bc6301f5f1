import {SchemaMigration} from './schema-migration.ts'

/** Outbox, inbox, the relay's lease, idempotency keys and the undo log. */
export class Migration003 extends SchemaMigration {
  override readonly label = '003'
  override readonly kind = 'expand'
  override readonly oldestApplication = '0.1.0'

  override up(): void {
    this.begin()
    // A queue table: vacuum by count, not by share, so that a long table cannot put it off.
    this.addSql(`
      create table todo.outbox (
        id bigint generated always as identity primary key,
        topic varchar(100) not null,
        event_id uuid not null unique,
        user_id uuid,
        task_id bigint,
        event jsonb not null,
        traceparent varchar(100),
        created_at timestamptz not null default clock_timestamp()
      ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)`)
    this.isolateByUser('todo.outbox')
    this.addSql(`grant insert on todo.outbox to todo5_task, todo5_recurring, todo5_notification, todo5_audit`)

    this.addSql(`
      create table todo.relay_lease (
        only_one boolean primary key default true check (only_one),
        holder varchar(200) not null default '',
        token uuid,
        until timestamptz not null default '-infinity'
      )`)
    this.addSql(`insert into todo.relay_lease default values`)
    this.addSql(`grant select, update on todo.relay_lease to todo5_task`)

    // event_ids are v7: the day of an event is the day in its id, so a redelivery looks into the same partition.
    this.addSql(`
      create table todo.inbox (
        consumer varchar(100) not null,
        event_id uuid not null,
        day date not null,
        handled_at timestamptz not null default clock_timestamp(),
        primary key (consumer, event_id, day)
      ) partition by range (day)`)
    this.addSql(`create table todo.inbox_other partition of todo.inbox default`)
    this.addSql(`grant select, insert on todo.inbox to todo5_recurring, todo5_notification, todo5_audit`)
    this.addSql(this.inboxUpkeep())
    this.addSql(`select todo.maintain_inbox(8)`)

    this.addSql(`
      create table todo.idempotency_keys (
        user_id uuid not null,
        key varchar(255) not null,
        route varchar(200) not null,
        body_hash varchar(64) not null,
        status smallint,
        response json, -- not jsonb: a repeated request gets the same answer to the letter
        created_at timestamptz not null default clock_timestamp(),
        primary key (user_id, key)
      )`)
    this.addSql(`create index idempotency_keys_by_age on todo.idempotency_keys (created_at)`)
    this.isolateByUser('todo.idempotency_keys')
    this.addSql(`grant select, insert, update on todo.idempotency_keys to todo5_task`)

    this.addSql(`
      create table todo.undo_log (
        id bigint generated always as identity primary key,
        user_id uuid not null,
        change varchar(50) not null,
        task_ids bigint[] not null,
        before jsonb not null,
        undone_at timestamptz,
        created_at timestamptz not null default clock_timestamp()
      )`)
    this.addSql(`create index undo_log_latest on todo.undo_log (user_id, id desc)`)
    this.isolateByUser('todo.undo_log')
    this.addSql(`grant select, insert, update on todo.undo_log to todo5_task`)
    this.relayFunctions()
    this.finish()
  }

  override down(): void {
    this.begin()
    this.addSql(
      `drop function todo.relay_read(uuid, int, bigint, int, text[]), todo.relay_delete(uuid, bigint[]), todo.outbox_state()`,
    )
    this.addSql(
      `drop function todo.put_dead_letter(text, uuid, uuid, jsonb), todo.maintain_inbox(int), todo.expire_rows()`,
    )
    this.addSql(`drop table todo.undo_log, todo.idempotency_keys, todo.inbox, todo.relay_lease, todo.outbox`)
    this.undone()
  }

  /** Makes the partitions of the next three days and drops those older than `keep_days`. */
  private inboxUpkeep(): string {
    return `
      create function todo.maintain_inbox(keep_days int) returns void language plpgsql security definer set search_path = pg_catalog as $$
      declare
        first date := (clock_timestamp() at time zone 'UTC')::date;
        d date;
        part text;
      begin
        perform pg_advisory_xact_lock(hashtext('todo.maintain_inbox'));
        for i in -1..3 loop
          d := first + i;
          part := 'inbox_' || to_char(d, 'YYYYMMDD');
          if to_regclass('todo.' || part) is null and not exists (select 1 from todo.inbox_other o where o.day = d) then
            execute format('create table todo.%I partition of todo.inbox for values from (%L) to (%L)', part, d, d + 1);
          end if;
        end loop;
        for part in
          select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
          where i.inhparent = 'todo.inbox'::regclass and c.relname ~ '^inbox_[0-9]{8}$'
            and to_date(right(c.relname, 8), 'YYYYMMDD') < first - keep_days
        loop
          execute format('drop table todo.%I', part);
        end loop;
        delete from todo.inbox_other where handled_at < clock_timestamp() - make_interval(days => keep_days);
      end $$`
  }

  /** The relay works across users, so it goes through these; each call proves that its lease still holds. */
  private relayFunctions(): void {
    this.addSql(`
      create function todo.relay_read(my_token uuid, lease_seconds int, from_id bigint, max_rows int, paused_topics text[])
      returns table (id bigint, topic varchar, event_id uuid, user_id uuid, task_id bigint, event jsonb, traceparent varchar, created_at timestamptz)
      language plpgsql security definer set search_path = pg_catalog as $$
      begin
        -- Renewed when less than half is left: an idle relay polls ten times a second and must not write each time.
        update todo.relay_lease l set until = clock_timestamp() + make_interval(secs => lease_seconds)
        where l.token = my_token and l.until > clock_timestamp()
          and l.until < clock_timestamp() + make_interval(secs => lease_seconds / 2.0);
        if not exists (select 1 from todo.relay_lease l where l.token = my_token and l.until > clock_timestamp()) then
          raise exception 'the relay lease is lost' using errcode = 'T5001';
        end if;
        return query
          select o.id, o.topic, o.event_id, o.user_id, o.task_id, o.event, o.traceparent, o.created_at
          from todo.outbox o where o.id >= from_id and o.topic <> all (paused_topics) order by o.id limit max_rows;
      end $$`)
    this.addSql(`
      create function todo.relay_delete(my_token uuid, ids bigint[]) returns void
      language sql security definer set search_path = pg_catalog as $$
        delete from todo.outbox o where o.id = any (ids)
          and exists (select 1 from todo.relay_lease l where l.token = my_token)
      $$`)
    this.addSql(`
      create function todo.outbox_state() returns table (pending bigint, oldest_seconds double precision)
      language sql security definer set search_path = pg_catalog as $$
        select count(*), coalesce(extract(epoch from clock_timestamp() - min(o.created_at)), 0)::double precision from todo.outbox o
      $$`)
    // A dead letter may belong to nobody (its user_id may be what is wrong), so it does not pass by the policy.
    this.addSql(`
      create function todo.put_dead_letter(dead_letter_topic text, id uuid, owner uuid, letter jsonb) returns void
      language plpgsql security definer set search_path = pg_catalog as $$
      begin
        if dead_letter_topic not in ('task-events-dlq', 'reminders-dlq', 'task-updates-dlq') then
          raise exception '% is not a dead-letter topic', dead_letter_topic;
        end if;
        insert into todo.outbox (topic, event_id, user_id, event) values (dead_letter_topic, id, owner, letter);
      end $$`)
    this.addSql(`
      create function todo.expire_rows() returns void language sql security definer set search_path = pg_catalog as $$
        delete from todo.idempotency_keys where created_at < clock_timestamp() - interval '14 days';
        delete from todo.undo_log where created_at < clock_timestamp() - interval '24 hours';
      $$`)
    const functions =
      'todo.relay_read(uuid, int, bigint, int, text[]), todo.relay_delete(uuid, bigint[]), todo.outbox_state(), todo.expire_rows()'
    this.addSql(
      `revoke all on function ${functions}, todo.put_dead_letter(text, uuid, uuid, jsonb), todo.maintain_inbox(int) from public`,
    )
    this.addSql(`grant execute on function ${functions}, todo.maintain_inbox(int) to todo5_task`)
    this.addSql(
      `grant execute on function todo.put_dead_letter(text, uuid, uuid, jsonb) to todo5_recurring, todo5_notification, todo5_audit`,
    )
  }
}
