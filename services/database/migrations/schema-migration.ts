import {Migration} from '@mikro-orm/migrations'

/**
 * A migration that runs as the owner of the schema and records what it is: `expand` migrations leave the previous version
 * of the application working, `contract` ones take something away and come at least one release later.
 */
export abstract class SchemaMigration extends Migration {
  abstract readonly label: string
  abstract readonly kind: 'expand' | 'contract'
  /** The oldest version of the application that works with the schema after this migration. */
  abstract readonly oldestApplication: string

  /** Roles of the five services, for grants. */
  protected readonly services = 'todo5_task, todo5_recurring, todo5_notification, todo5_audit, todo5_chat'

  protected begin(): void {
    this.addSql(`set local role todo5_owner`)
  }

  /** Call at the end of up(). The migrator writes its own log as the connecting user, so the role goes back. */
  protected finish(): void {
    this.addSql(
      `insert into todo.schema_versions (name, kind, oldest_application) values ('${this.label}', '${this.kind}', '${this.oldestApplication}')`,
    )
    this.addSql(`reset role`)
  }

  /** Call at the end of down(). */
  protected undone(): void {
    this.addSql(`delete from todo.schema_versions where name = '${this.label}'`)
    this.addSql(`reset role`)
  }

  /** Rows are visible and writable only for the users of the transaction; see todo.current_users(). */
  protected isolateByUser(table: string, column = 'user_id'): void {
    this.addSql(`alter table ${table} enable row level security`)
    this.addSql(
      `create policy of_the_users_of_this_transaction on ${table} using (${column} = any ((select todo.current_users())::uuid[])) with check (${column} = any ((select todo.current_users())::uuid[]))`,
    )
  }
}
