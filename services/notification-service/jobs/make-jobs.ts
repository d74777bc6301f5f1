import type {Database} from '../../database/database.ts'
import {query, toDate, toNumber} from '../../database/query.ts'
import {reminderJobName} from '../../domain/reminders/reminder-job.ts'
import type {JobScheduler} from '../../ports/job-scheduler.ts'
import type {ReminderSettings} from '../settings.ts'

const BATCH = 500

/**
 * Makes the jobs of reminders that are due within the hour and have none yet. After a crash in the middle a job is made
 * again under its name, which changes nothing. Answers with whether there may be more.
 */
export async function makeJobs(deps: {
  database: Database
  jobs: JobScheduler
  settings: ReminderSettings
  installation: () => Promise<string>
}): Promise<'busy' | 'idle'> {
  const {database, jobs, settings} = deps
  const rows = await database.acrossUsers(async (tx) =>
    query<{reminder_id: string; revision: number; reminder_at: string}>(
      tx,
      'select * from todo.reminders_without_job($1, $2)',
      [settings.jobWindowSeconds, BATCH],
    ),
  )
  if (rows.length === 0) return 'idle'
  const installation = await deps.installation()
  const keys = rows.map((row) => ({reminder_id: toNumber(row.reminder_id), revision: row.revision}))
  const made = jobs.schedule(
    rows.map((row, place) => ({
      name: reminderJobName(keys[place]!),
      dueAt: toDate(row.reminder_at),
      data: {installation, ...keys[place]!},
    })),
  )
  await within(settings.jobTimeoutMs, made)
  await database.acrossUsers(async (tx) =>
    query(tx, 'select todo.note_reminder_jobs($1::bigint[], $2::int[])', [
      keys.map((key) => key.reminder_id),
      keys.map((key) => key.revision),
    ]),
  )
  return rows.length === BATCH ? 'busy' : 'idle'
}

async function within(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`the job scheduler did not answer within ${ms} ms`)), ms)
  })
  try {
    await Promise.race([work, timeout])
  } finally {
    clearTimeout(timer)
  }
}
