import {randomUUID} from 'node:crypto'
import {readFile, stat, writeFile} from 'node:fs/promises'
import {Client} from 'pg'
import {expect, test} from 'vitest'
import type {TaskResponse} from '../../services/contracts/tasks.ts'
import {logFile} from '../../services/local/log-file.ts'
import {stateFile} from '../../services/local/state-file.ts'
import {startErrorCollector} from '../support/error-collector.ts'
import {LocalTarget} from '../support/local-target.ts'

test(
  'up --sentry-dsn @FILE: errors are reported with rule and series, no title; nothing shows the DSN',
  {timeout: 300_000},
  async () => {
    const collector = await startErrorCollector()
    const target = await LocalTarget.create()
    try {
      const file = target.root.join('dsn')
      await writeFile(file, `${collector.dsn}\n`, {mode: 0o600})
      const up = await target.todo5('up', '--sentry-dsn', `@${file}`, '--json')
      expect(up.code, up.stderr).toBe(0)
      const title = `Secret ${randomUUID()}`
      const task = {title, due_at: '2036-12-01T09:00:00Z', recurring_pattern: 'daily'}
      const {id, series_id} = (await target.call<TaskResponse>('POST', '/tasks', task)) as TaskResponse
      const admin = new Client({connectionString: (await target.state()).database_url!})
      await admin.connect()
      try {
        await admin.query(`update todo.series set rule = 'FREQ=NEVER' where id = $1`, [series_id])
      } finally {
        await admin.end()
      }
      await target.call('POST', `/tasks/${id}/complete`)
      const reported = () => collector.errors.find(({tags}) => tags?.['service'] === 'recurring-task-service')
      await expect.poll(reported, {timeout: 90_000, interval: 50}).toBeDefined()
      expect(reported()?.contexts?.['todo5']).toMatchObject({task_id: id, series_id, rule: 'FREQ=NEVER'})
      expect(collector.received.join('\n')).not.toContain(title)

      const key = new URL(collector.dsn).username
      const status = await target.todo5('status', '--json')
      const plan = await target.todo5('up', '--sentry-dsn', `@${file}`, '--dry-run')
      expect(plan).toMatchObject({code: 0, stdout: expect.stringContaining('nothing: todo5')})
      const log = await readFile(logFile(target.stateDir), 'utf8')
      for (const shown of [up.stdout, up.stderr, status.stdout, plan.stdout, log]) expect(shown).not.toContain(key)
      // It is kept for the next `up`, as other secrets are: where nobody else may read.
      expect((await stat(stateFile(target.stateDir))).mode & 0o077).toBe(0)
      expect(await readFile(stateFile(target.stateDir), 'utf8')).toContain(key)
    } finally {
      await target.dispose()
      await collector.stop()
    }
  },
)
