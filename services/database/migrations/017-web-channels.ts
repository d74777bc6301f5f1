import {SchemaMigration} from './schema-migration.ts'

/** Where reminders go besides mail: one webhook of each user, and the devices that show notifications. */
export class Migration017 extends SchemaMigration {
  override readonly label = '017'
  override readonly kind = 'expand'
  override readonly oldestApplication = '0.1.0'

  override up(): void {
    this.begin()
    // The secret signs, so it cannot be kept as a hash; only the service that signs may read it.
    this.addSql(`
      create table todo.webhooks (
        user_id uuid primary key references todo.profiles (user_id) on delete cascade,
        url varchar(2000) not null,
        secret bytea not null check (octet_length(secret) = 32),
        created_at timestamptz not null default clock_timestamp(),
        last_success_at timestamptz,
        ended_at timestamptz
      )`)
    this.isolateByUser('todo.webhooks')
    this.addSql(
      `grant select (user_id, url, created_at, last_success_at, ended_at), insert, update, delete on todo.webhooks to todo5_chat`,
    )
    this.addSql(`grant select, update (last_success_at, ended_at) on todo.webhooks to todo5_notification`)
    this.addSql(`grant select (user_id, ended_at) on todo.webhooks to todo5_task`)
    this.addSql(`
      create table todo.push_devices (
        id bigint generated always as identity primary key,
        user_id uuid not null references todo.profiles (user_id) on delete cascade,
        endpoint varchar(1000) not null,
        p256dh varchar(100) not null,
        auth varchar(40) not null,
        label varchar(100) not null,
        created_at timestamptz not null default clock_timestamp(),
        last_success_at timestamptz,
        unique (user_id, endpoint),
        unique (user_id, id)
      )`)
    this.isolateByUser('todo.push_devices')
    this.addSql(`grant select, insert, update, delete on todo.push_devices to todo5_chat`)
    this.addSql(`grant select, delete, update (last_success_at) on todo.push_devices to todo5_notification`)
    this.addSql(`grant select (user_id) on todo.push_devices to todo5_task`)
    // Which devices have a message that is tried again for others.
    this.addSql(`
      create table todo.push_receipts (
        user_id uuid not null,
        device_id bigint not null,
        message_id varchar(300) not null,
        received_at timestamptz not null default clock_timestamp(),
        primary key (user_id, device_id, message_id),
        foreign key (user_id, device_id) references todo.push_devices (user_id, id) on delete cascade
      )`)
    this.isolateByUser('todo.push_receipts')
    this.addSql(`grant select, insert, delete on todo.push_receipts to todo5_notification`)
    this.finish()
  }

  override down(): void {
    this.begin()
    this.addSql(`drop table todo.push_receipts`)
    this.addSql(`drop table todo.push_devices`)
    this.addSql(`drop table todo.webhooks`)
    this.undone()
  }
}
