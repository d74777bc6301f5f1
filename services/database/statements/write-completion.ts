import type {Transaction} from '../database.ts'
import type {Task} from '../entities/task.ts'
import {post} from '../query.ts'
import {prepared} from '../session.ts'

const WRITE = prepared(`
  update todo.tasks set completed_at = $2, next_occurrence = $3, reminder_at = $4, reminder_sent = $5, touched = $6,
    version = $7, updated_at = $8
  where id = $1`)

const iso = (at: Date | null | undefined): string | null => at?.toISOString() ?? null

/** Writes what completing a locked task changes of it; whether that went well shows at the end of the transaction. */
export const writeCompletion = (tx: Transaction, task: Task): void =>
  post(tx, WRITE, [
    task.id,
    iso(task.completed_at),
    iso(task.next_occurrence),
    iso(task.reminder_at),
    task.reminder_sent ?? false,
    task.touched,
    task.version,
    iso(task.updated_at),
  ])
