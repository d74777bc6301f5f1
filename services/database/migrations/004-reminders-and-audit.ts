import {SchemaMigration} from './schema-migration.ts'

/** Profiles, reminders with their deliveries, and the audit log. The rows are the truth; a job only wakes us. */
export class Migration004 extends SchemaMigration {
  override readonly label = '004'
  override readonly kind = 'expand'
  override readonly oldestApplication = '0.1.0'

  override up(): void {
    this.begin()
    this.addSql(`
      create table todo.profiles (
        user_id uuid primary key,
        email varchar(320) not null,
        mail_to varchar(320),
        name varchar(200) not null default '',
        time_zone varchar(100) not null default 'UTC',
        channels varchar(20)[] not null default '{email}',
        version int not null default 1,
        updated_at timestamptz not null default clock_timestamp()
      )`)
    this.reminders()
    this.deliveries()
    this.addSql(`
      create table todo.audit_logs (
        id bigint generated always as identity primary key,
        event_id uuid not null unique,
        event_type varchar(100) not null,
        user_id uuid not null,
        task_id bigint not null,
        occurred_at timestamptz not null,
        payload jsonb not null,
        recorded_at timestamptz not null default clock_timestamp()
      )`)
    this.addSql(`create index audit_logs_of_user on todo.audit_logs (user_id, id desc)`)
    this.addSql(`create index audit_logs_of_task on todo.audit_logs (user_id, task_id, id desc)`)
    for (const table of ['profiles', 'reminders', 'reminder_deliveries', 'audit_logs'])
      this.isolateByUser(`todo.${table}`)
    this.addSql(`grant select, insert, update, delete on todo.profiles to todo5_chat`)
    this.addSql(`grant select on todo.profiles to todo5_notification`)
    this.addSql(`grant select, insert, update on todo.reminders to todo5_task, todo5_recurring, todo5_notification`)
    this.addSql(`grant select on todo.reminder_deliveries to todo5_task`)
    this.addSql(`grant update (state) on todo.reminder_deliveries to todo5_task`)
    this.addSql(`grant select, insert, update on todo.reminder_deliveries to todo5_notification`)
    this.addSql(`grant select, insert on todo.audit_logs to todo5_audit`)
    this.finish()
  }

  override down(): void {
    this.begin()
    this.addSql(`drop table todo.audit_logs, todo.reminder_deliveries, todo.reminders, todo.profiles`)
    this.addSql(`drop function todo.note_revision()`)
    this.undone()
  }

  private reminders(): void {
    this.addSql(`
      create table todo.reminders (
        id bigint generated always as identity primary key,
        user_id uuid not null,
        task_id bigint not null,
        offset_seconds int,
        reminder_at timestamptz not null,
        channels varchar(20)[],
        nag_every_seconds int check (nag_every_seconds >= 60),
        nag_left smallint not null default 0 check (nag_left between 0 and 24),
        state varchar(10) not null default 'scheduled' check (state in ('scheduled', 'sending', 'sent', 'failed', 'cancelled')),
        revision int not null default 1,
        job_revision int not null default 0,
        removed_at timestamptz,
        created_at timestamptz not null default clock_timestamp(),
        updated_at timestamptz not null default clock_timestamp(),
        revised_at timestamptz not null default clock_timestamp(),
        unique (user_id, id),
        foreign key (user_id, task_id) references todo.tasks (user_id, id)
      )`)
    this.addSql(`create index reminders_of_task on todo.reminders (task_id)`)
    this.addSql(`create index reminders_due on todo.reminders (reminder_at) where state = 'scheduled'`)
    // Reminders whose job has been made leave this index, so that looking for the others stays cheap before a full hour.
    this.addSql(
      `create index reminders_without_job on todo.reminders (reminder_at) where state = 'scheduled' and job_revision < revision`,
    )
    // A reminder may be made for a time that is past, and is then sent at once: its lateness counts from when it was made.
    this.addSql(`
      create function todo.note_revision() returns trigger language plpgsql set search_path = pg_catalog as $$
      begin
        new.revised_at := clock_timestamp();
        return new;
      end $$`)
    this.addSql(`
      create trigger note_revision before update on todo.reminders
        for each row when (new.revision <> old.revision) execute function todo.note_revision()`)
  }

  private deliveries(): void {
    this.addSql(`
      create table todo.reminder_deliveries (
        id bigint generated always as identity primary key,
        user_id uuid not null,
        reminder_id bigint not null,
        revision int not null,
        channel varchar(20) not null,
        state varchar(10) not null default 'scheduled' check (state in ('scheduled', 'sending', 'sent', 'failed', 'cancelled')),
        attempts smallint not null default 0,
        next_attempt_at timestamptz not null,
        lease_token uuid,
        lease_until timestamptz,
        error varchar(1000),
        message_id varchar(300),
        sent_at timestamptz,
        created_at timestamptz not null default clock_timestamp(),
        unique (reminder_id, revision, channel),
        foreign key (user_id, reminder_id) references todo.reminders (user_id, id)
      ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)`)
    this.addSql(
      `create index reminder_deliveries_of_one_mail on todo.reminder_deliveries (message_id) where state in ('scheduled', 'sending')`,
    )
    this.addSql(
      `create index reminder_deliveries_to_do on todo.reminder_deliveries (next_attempt_at) where state in ('scheduled', 'sending')`,
    )
  }
}
