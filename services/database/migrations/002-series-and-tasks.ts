import {SchemaMigration} from './schema-migration.ts'

/** Series and their tasks. The unique keys make a duplicate occurrence impossible, whatever the bus delivers. */
export class Migration002 extends SchemaMigration {
  override readonly label = '002'
  override readonly kind = 'expand'
  override readonly oldestApplication = '0.1.0'

  override up(): void {
    this.begin()
    this.addSql(`
      create table todo.series (
        id bigint generated always as identity primary key,
        user_id uuid not null,
        rule varchar(500) not null,
        start_at timestamptz not null,
        end_at timestamptz,
        anchor varchar(10) not null default 'due' check (anchor in ('due', 'completion')),
        catch_up varchar(10) not null default 'once' check (catch_up in ('once', 'each')),
        template jsonb not null,
        excluded_at timestamptz[] not null default '{}',
        count_left int check (count_left >= 0),
        continued_by bigint,
        deleted_at timestamptz,
        version int not null default 1,
        created_at timestamptz not null default clock_timestamp(),
        updated_at timestamptz not null default clock_timestamp(),
        unique (user_id, id),
        foreign key (user_id, continued_by) references todo.series (user_id, id)
      )`)
    this.addSql(`
      create table todo.tasks (
        id bigint generated always as identity primary key,
        user_id uuid not null,
        title varchar(500) not null,
        description varchar(10000) not null default '',
        priority smallint not null default 0 check (priority between 0 and 3),
        tags varchar(50)[] not null default '{}',
        due_at timestamptz,
        due_has_time boolean not null default true,
        completed_at timestamptz,
        skipped_at timestamptz,
        deleted_at timestamptz,
        retracted_at timestamptz,
        version int not null default 1,
        series_id bigint,
        predecessor_id bigint,
        occurrence_at timestamptz,
        created_at timestamptz not null default clock_timestamp(),
        updated_at timestamptz not null default clock_timestamp(),
        unique (user_id, id),
        foreign key (user_id, series_id) references todo.series (user_id, id),
        foreign key (user_id, predecessor_id) references todo.tasks (user_id, id),
        check ((series_id is null) = (occurrence_at is null))
      )`)
    this.addSql(`create unique index tasks_one_successor on todo.tasks (predecessor_id) where retracted_at is null`)
    this.addSql(
      `create unique index tasks_one_row_per_occurrence on todo.tasks (series_id, occurrence_at) where retracted_at is null`,
    )
    this.addSql(`
      create unique index tasks_one_open_per_series on todo.tasks (series_id)
        where completed_at is null and skipped_at is null and deleted_at is null and retracted_at is null`)
    this.addSql(`
      create index tasks_open_by_due on todo.tasks (user_id, due_at, id)
        where completed_at is null and skipped_at is null and deleted_at is null and retracted_at is null`)
    this.addSql(
      `create index tasks_done on todo.tasks (user_id, completed_at desc, id desc) where completed_at is not null and retracted_at is null`,
    )
    this.addSql(`create index tasks_tags on todo.tasks using gin (tags)`)
    // The sweep looks for closed occurrences without a successor: only rows of series, newest first.
    this.addSql(
      `create index tasks_closed_in_series on todo.tasks (completed_at) where series_id is not null and completed_at is not null`,
    )
    this.isolateByUser('todo.series')
    this.isolateByUser('todo.tasks')
    this.addSql(`grant select, insert, update on todo.series, todo.tasks to todo5_task, todo5_recurring`)
    this.addSql(`grant select on todo.tasks, todo.series to todo5_notification`)
    this.finish()
  }

  override down(): void {
    this.begin()
    this.addSql(`drop table todo.tasks, todo.series`)
    this.undone()
  }
}
