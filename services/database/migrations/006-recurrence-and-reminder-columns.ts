import {SchemaMigration} from './schema-migration.ts'

/**
 * The columns that every client reads of a recurring task. Existing rows keep NULL.
 * Down keeps the values in todo.rollback_006, and up restores them; `db migrate` then recomputes next_occurrence.
 */
export class Migration006 extends SchemaMigration {
  override readonly label = '006'
  override readonly kind = 'expand'
  override readonly oldestApplication = '0.1.0'

  override up(): void {
    this.begin()
    this.addSql(`
      alter table todo.tasks
        add column recurring_pattern varchar(500),
        add column recurring_end_date timestamptz,
        add column next_occurrence timestamptz,
        add column reminder_at timestamptz,
        add column reminder_sent boolean default false`)
    this.addSql(`create index tasks_next_occurrence on todo.tasks (next_occurrence) where next_occurrence is not null`)
    this.addSql(`
      create index tasks_reminder_at on todo.tasks (reminder_at, user_id)
        where reminder_at is not null and reminder_sent is false`)
    this.addSql(`
      do $$ begin
        if to_regclass('todo.rollback_006') is not null then
          update todo.tasks t set recurring_pattern = r.recurring_pattern, recurring_end_date = r.recurring_end_date,
            next_occurrence = r.next_occurrence, reminder_at = r.reminder_at, reminder_sent = r.reminder_sent
          from todo.rollback_006 r where r.id = t.id;
          drop table todo.rollback_006;
        end if;
      end $$`)
    this.addSql(`grant update (reminder_at, reminder_sent) on todo.tasks to todo5_notification`)
    this.finish()
  }

  override down(): void {
    this.begin()
    this.addSql(`
      create table todo.rollback_006 as
        select id, recurring_pattern, recurring_end_date, next_occurrence, reminder_at, reminder_sent from todo.tasks
        where recurring_pattern is not null or recurring_end_date is not null or next_occurrence is not null
          or reminder_at is not null or reminder_sent`)
    this.addSql(`drop index todo.tasks_reminder_at`)
    this.addSql(`drop index todo.tasks_next_occurrence`)
    this.addSql(`
      alter table todo.tasks
        drop column recurring_pattern, drop column recurring_end_date, drop column next_occurrence,
        drop column reminder_at, drop column reminder_sent`)
    this.undone()
  }
}
