import {SchemaMigration} from './schema-migration.ts'

/** What the Notification Service does across users: find reminders without a job, and claim what is due. */
export class Migration008 extends SchemaMigration {
  override readonly label = '008'
  override readonly kind = 'expand'
  override readonly oldestApplication = '0.1.0'

  override up(): void {
    this.begin()
    this.claimed()
    this.jobs()
    this.claims()
    this.lateClaims()
    this.deliveries()
    const forNotification = [
      'todo.reminders_without_job(int, int)',
      'todo.note_reminder_jobs(bigint[], int[])',
      'todo.reminder_waits(bigint[], int[], double precision)',
      'todo.claim_woken_reminders(uuid, int, double precision, bigint[], int[])',
      'todo.claim_overdue_reminders(uuid, int, double precision, double precision, int)',
      'todo.claim_late_reminders(uuid, int, double precision, int)',
      'todo.claim_open_deliveries(uuid, int, int)',
      'todo.release_deliveries(uuid, bigint[])',
    ].join(', ')
    this.addSql(`revoke all on function ${forNotification}, todo.open_deliveries(bigint[], uuid, int) from public`)
    this.addSql(`grant execute on function ${forNotification} to todo5_notification`)
    this.finish()
  }

  override down(): void {
    this.begin()
    this.addSql(
      `drop function todo.reminders_without_job(int, int), todo.note_reminder_jobs(bigint[], int[]), todo.reminder_waits(bigint[], int[], double precision)`,
    )
    this.addSql(
      `drop function todo.claim_woken_reminders(uuid, int, double precision, bigint[], int[]), todo.claim_overdue_reminders(uuid, int, double precision, double precision, int), todo.claim_late_reminders(uuid, int, double precision, int)`,
    )
    this.addSql(
      `drop function todo.claim_open_deliveries(uuid, int, int), todo.release_deliveries(uuid, bigint[]), todo.open_deliveries(bigint[], uuid, int)`,
    )
    this.addSql(`drop type todo.claimed_delivery`)
    this.undone()
  }

  private claimed(): void {
    this.addSql(`
      create type todo.claimed_delivery as (
        delivery_id bigint, user_id uuid, reminder_id bigint, task_id bigint, revision int, channel varchar, message_id varchar
      )`)
  }

  private jobs(): void {
    this.addSql(`
      create function todo.reminders_without_job(within_seconds int, max_rows int)
      returns table (reminder_id bigint, revision int, reminder_at timestamptz)
      language sql stable security definer set search_path = pg_catalog as $$
        select r.id, r.revision, r.reminder_at from todo.reminders r
        where r.state = 'scheduled' and r.job_revision < r.revision
          and r.reminder_at < clock_timestamp() + make_interval(secs => within_seconds)
        order by r.reminder_at limit max_rows
      $$`)
    // Skips rows that somebody is changing: their jobs are asked for again, which changes nothing.
    this.addSql(`
      create function todo.note_reminder_jobs(ids bigint[], revisions int[]) returns void
      language sql security definer set search_path = pg_catalog as $$
        update todo.reminders r set job_revision = made.revision
        from (
          select r.id, w.revision from unnest(ids, revisions) as w (id, revision)
            join todo.reminders r on r.id = w.id and r.revision = w.revision
          for update of r skip locked
        ) made
        where r.id = made.id
      $$`)
    // For a job that could not claim: how long until its reminder is due. It may have become due since the claim, or somebody
    // has it locked, the maker of jobs itself when it is slow to commit; one that is late by now is left to the sweep.
    this.addSql(`
      create function todo.reminder_waits(ids bigint[], revisions int[], late_seconds double precision) returns table (reminder_id bigint, wait_ms double precision)
      language sql stable security definer set search_path = pg_catalog as $$
        select r.id, greatest(0, extract(epoch from r.reminder_at - clock_timestamp())::double precision * 1000)
        from unnest(ids, revisions) as w (id, revision)
          join todo.reminders r on r.id = w.id and r.revision = w.revision
        where r.state = 'scheduled' and greatest(r.reminder_at, r.revised_at) >= clock_timestamp() - make_interval(secs => late_seconds)
      $$`)
  }

  private claims(): void {
    // The one place where a reminder becomes a delivery per channel. The caller has locked the reminders.
    this.addSql(`
      create function todo.open_deliveries(ids bigint[], token uuid, lease_seconds int) returns setof todo.claimed_delivery
      language plpgsql security definer set search_path = pg_catalog as $$
      declare
        at timestamptz := clock_timestamp();
      begin
        update todo.reminders r set state = 'sending', updated_at = at where r.id = any (ids);
        return query
          with opened as (
            insert into todo.reminder_deliveries as d
              (user_id, reminder_id, revision, channel, state, next_attempt_at, lease_token, lease_until)
            select distinct r.user_id, r.id, r.revision, c.channel, 'sending', at, token, at + make_interval(secs => lease_seconds)
            from todo.reminders r
              left join todo.profiles p on p.user_id = r.user_id
              cross join lateral unnest(coalesce(nullif(r.channels, '{}'), nullif(p.channels, '{}'), '{email}')) as c (channel)
            where r.id = any (ids)
            on conflict (reminder_id, revision, channel) do update
              set state = 'sending', lease_token = excluded.lease_token, lease_until = excluded.lease_until
              where d.state <> 'sent'
            returning d.*
          )
          select o.id, o.user_id, o.reminder_id, r.task_id, o.revision, o.channel, o.message_id
          from opened o join todo.reminders r on r.id = o.reminder_id;
      end $$`)
    // By job. One that is overdue by more than a moment is left to the sweep, which sees what else is.
    this.addSql(`
      create function todo.claim_woken_reminders(token uuid, lease_seconds int, late_seconds double precision, ids bigint[], revisions int[])
      returns setof todo.claimed_delivery language plpgsql security definer set search_path = pg_catalog as $$
      declare
        chosen bigint[];
      begin
        select array_agg(due.id) into chosen from (
          select r.id from unnest(ids, revisions) as w (id, revision)
            join todo.reminders r on r.id = w.id and r.revision = w.revision
          where r.state = 'scheduled' and r.reminder_at <= clock_timestamp()
            and greatest(r.reminder_at, r.revised_at) >= clock_timestamp() - make_interval(secs => late_seconds)
          for update of r skip locked
        ) due;
        if chosen is not null then return query select * from todo.open_deliveries(chosen, token, lease_seconds); end if;
      end $$`)
    this.addSql(`
      create function todo.claim_overdue_reminders(token uuid, lease_seconds int, overdue_seconds double precision, late_seconds double precision, max_rows int)
      returns setof todo.claimed_delivery language plpgsql security definer set search_path = pg_catalog as $$
      declare
        chosen bigint[];
      begin
        select array_agg(due.id) into chosen from (
          select r.id from todo.reminders r
          where r.state = 'scheduled' and r.reminder_at <= clock_timestamp() - make_interval(secs => overdue_seconds)
            and greatest(r.reminder_at, r.revised_at) <= clock_timestamp() - make_interval(secs => overdue_seconds)
            and greatest(r.reminder_at, r.revised_at) >= clock_timestamp() - make_interval(secs => late_seconds)
          order by r.reminder_at limit max_rows for update skip locked
        ) due;
        if chosen is not null then return query select * from todo.open_deliveries(chosen, token, lease_seconds); end if;
      end $$`)
  }

  private lateClaims(): void {
    // All late reminders of a user at once, for one summary: so only one caller at a time, and at most 1,000 of a user. A
    // user of whom somebody has a row locked this very moment waits for the next look, or that row would come as a mail of
    // its own.
    this.addSql(`
      create function todo.claim_late_reminders(token uuid, lease_seconds int, late_seconds double precision, max_users int)
      returns setof todo.claimed_delivery language plpgsql security definer set search_path = pg_catalog as $$
      declare
        since timestamptz := clock_timestamp() - make_interval(secs => late_seconds);
        owners uuid[];
        chosen bigint[];
      begin
        if not pg_try_advisory_xact_lock(hashtext('todo.claim_late_reminders')) then return; end if;
        select array_agg(late.user_id) into owners from (
          select r.user_id from todo.reminders r
          where r.state = 'scheduled' and r.reminder_at < since and r.revised_at < since
          group by r.user_id order by min(r.reminder_at) limit max_users
        ) late;
        if owners is null then return; end if;
        with due as materialized (
          select r.id, r.user_id from todo.reminders r
          where r.state = 'scheduled' and r.reminder_at < since and r.revised_at < since and r.user_id = any (owners)
          order by r.reminder_at limit max_users * 1000
        ), free as materialized (
          select r.id, r.user_id from todo.reminders r
          where r.id in (select id from due) and r.state = 'scheduled' for update skip locked
        )
        select array_agg(f.id) into chosen from free f
        where not exists (
          select 1 from due d where d.user_id = f.user_id and not exists (select 1 from free taken where taken.id = d.id)
        );
        if chosen is not null then return query select * from todo.open_deliveries(chosen, token, lease_seconds); end if;
      end $$`)
  }

  private deliveries(): void {
    // Retries whose time has come, and deliveries whose sender died. What goes out in one mail is claimed together, and so
    // is what its sender claimed together and did not come to pack.
    this.addSql(`
      create function todo.claim_open_deliveries(token uuid, lease_seconds int, max_rows int) returns setof todo.claimed_delivery
      language plpgsql security definer set search_path = pg_catalog as $$
      declare
        at timestamptz := clock_timestamp();
        chosen bigint[];
        together varchar[];
        unpacked uuid[];
        others bigint[];
      begin
        select array_agg(due.id), array_agg(distinct due.message_id) filter (where due.message_id like 'summary-%'),
          array_agg(distinct due.lease_token) filter (where due.message_id is null)
        into chosen, together, unpacked from (
          select d.id, d.message_id, d.lease_token from todo.reminder_deliveries d
          where (d.state = 'scheduled' and d.next_attempt_at <= at) or (d.state = 'sending' and d.lease_until < at)
          order by d.next_attempt_at limit max_rows for update skip locked
        ) due;
        if chosen is null then return; end if;
        if coalesce(together[1], unpacked[1]::varchar) is not null then
          select array_agg(due.id) into others from (
            select d.id from todo.reminder_deliveries d
            where (d.message_id = any (together) or d.message_id is null and d.lease_token = any (unpacked))
              and d.state in ('scheduled', 'sending') and (d.lease_until is null or d.lease_until < at)
            for update skip locked
          ) due;
          chosen := chosen || others;
        end if;
        return query
          update todo.reminder_deliveries d
          set state = 'sending', lease_token = token, lease_until = at + make_interval(secs => lease_seconds)
          from todo.reminders r
          where d.id = any (chosen) and r.id = d.reminder_id
          returning d.id, d.user_id, d.reminder_id, r.task_id, d.revision, d.channel, d.message_id;
      end $$`)
    // On the way down: what was claimed and not begun goes back at once instead of when its lease ends.
    this.addSql(`
      create function todo.release_deliveries(token uuid, ids bigint[]) returns void
      language sql security definer set search_path = pg_catalog as $$
        update todo.reminder_deliveries d set state = 'scheduled', lease_token = null, lease_until = null
        where d.id = any (ids) and d.lease_token = token and d.state = 'sending'
      $$`)
  }
}
