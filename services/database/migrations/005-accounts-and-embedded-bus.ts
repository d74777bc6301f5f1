import {AUTH_ADDITIONS, AUTH_TABLES} from './005-auth-tables.ts'
import {SchemaMigration} from './schema-migration.ts'

/** The accounts, and the event log and jobs that stand in for Kafka and Dapr when todo5 runs in one process. */
export class Migration005 extends SchemaMigration {
  override readonly label = '005'
  override readonly kind = 'expand'
  override readonly oldestApplication = '0.1.0'

  override up(): void {
    this.begin()
    this.addSql(`create schema auth`)
    this.addSql(`grant usage on schema auth to todo5_chat`)
    for (const statement of [...AUTH_TABLES, ...AUTH_ADDITIONS]) this.addSql(statement)
    this.addSql(`create schema jobs`)
    this.addSql(`grant usage on schema jobs to todo5_bus`)
    this.addSql(`
      create table jobs.partitions (
        topic varchar(100) not null,
        partition smallint not null,
        next_position bigint not null default 0,
        primary key (topic, partition)
      )`)
    this.addSql(`
      create table jobs.event_log (
        topic varchar(100) not null,
        partition smallint not null,
        position bigint not null,
        key varchar(100) not null,
        event jsonb not null,
        traceparent varchar(100),
        published_at timestamptz not null default clock_timestamp(),
        primary key (topic, partition, position)
      )`)
    this.addSql(`
      create table jobs.consumer_positions (
        consumer varchar(100) not null,
        topic varchar(100) not null,
        partition smallint not null,
        position bigint not null default 0,
        primary key (consumer, topic, partition)
      ) with (fillfactor = 50)`)
    this.addSql(`
      create table jobs.consumer_leases (
        consumer varchar(100) primary key,
        holder uuid not null,
        until timestamptz not null
      )`)
    this.addSql(`
      create table jobs.scheduled_jobs (
        app varchar(50) not null,
        name varchar(200) not null,
        due_at timestamptz not null,
        data jsonb not null,
        attempts int not null default 0,
        lease_until timestamptz,
        created_at timestamptz not null default clock_timestamp(),
        primary key (app, name)
      ) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000)`)
    this.addSql(`create index scheduled_jobs_due on jobs.scheduled_jobs (app, due_at)`)
    this.addSql(`
      create table jobs.conversations (
        key varchar(300) primary key,
        value jsonb not null,
        etag uuid not null default gen_random_uuid(),
        updated_at timestamptz not null default clock_timestamp()
      )`)
    this.addSql(`grant select, insert, update, delete on all tables in schema jobs to todo5_bus`)
    this.finish()
  }

  override down(): void {
    this.begin()
    this.addSql(`drop schema jobs cascade`)
    this.addSql(`drop schema auth cascade`)
    this.undone()
  }
}
