import {mkdir, readFile, readdir, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {gunzipSync, gzipSync} from 'node:zlib'
import {Client} from 'pg'
import {expect, test, vi} from 'vitest'
import type {MailboxListResponse} from '../../services/contracts/mailbox.ts'
import type {TaskResponse} from '../../services/contracts/tasks.ts'
import {freePort} from '../../services/database/server/port.ts'
import {LocalTarget, portOf} from '../support/local-target.ts'

interface Kept {
  readonly file: string
  readonly bytes: number
  readonly tasks: number
  readonly accounts: number
}

const add = async (target: LocalTarget, title: string, more: object = {}): Promise<TaskResponse> => {
  const task = await target.call<TaskResponse>('POST', '/tasks', {title, due_at: '2030-01-01T09:00:00Z', ...more})
  expect(task).toMatchObject({title})
  return task as TaskResponse
}
const titles = async (target: LocalTarget): Promise<string[]> => {
  const answer = await target.call<{tasks: TaskResponse[]}>('GET', '/tasks')
  return (answer as {tasks: TaskResponse[]}).tasks.map(({title}) => title).toSorted()
}
const inDatabase = async (target: LocalTarget, statement: string): Promise<void> => {
  const client = new Client({connectionString: (await target.state()).database_url!})
  await client.connect()
  try {
    expect((await client.query(statement)).rowCount).toBe(1)
  } finally {
    await client.end()
  }
}
const mailsAbout = async (target: LocalTarget, title: string): Promise<string[]> => {
  const {mails} = await target.json<MailboxListResponse>('mailbox', 'list')
  return mails.map(({subject}) => subject).filter((subject) => subject.includes(title))
}

test(
  'from one machine to another: tasks, accounts and secrets are there, what was sent stays sent, what was not comes once',
  {timeout: 400_000},
  async () => {
    const [one, other] = [await LocalTarget.create(), await LocalTarget.create()]
    try {
      await one.up()
      await add(one, 'Pay rent', {recurring_pattern: 'monthly'})
      const inSeconds = (n: number): string => new Date(Date.now() + n * 1000).toISOString().replace(/\.\d+/u, '')
      // Its time has come when the first todo5 still runs.
      await add(one, 'Sent before', {due_at: inSeconds(3), reminders: [{offset_seconds: 1}]})
      await vi.waitFor(async () => expect(await mailsAbout(one, 'Sent before')).toHaveLength(1), {
        timeout: 90_000,
        interval: 100,
      })
      await add(one, 'Comes after', {due_at: inSeconds(7200), reminders: [{offset_seconds: 60}]})
      const folder = one.root.join('backups')
      await mkdir(folder)
      const taken = await one.json<Kept>('backup', folder)
      expect(taken).toMatchObject({tasks: 3, accounts: 1})
      expect((await stat(taken.file)).mode & 0o777).toBe(0o600)
      expect(await readdir(folder)).toEqual([taken.file.slice(folder.length + 1)])
      await one.json('down')

      const steps = await other.json<{steps: string[]}>('restore', taken.file, '--dry-run')
      expect(steps.steps[0]).toContain('3 tasks of 1 account')
      expect(await other.json('restore', taken.file)).toMatchObject({
        target: 'local',
        tasks: 3,
        replaced: false,
        api_url: null,
      })
      for (const name of ['auth-secret', 'push-secret']) {
        const [from, to] = [join(one.dataDir, name), join(other.dataDir, name)]
        expect(await readFile(to, 'utf8')).toBe(await readFile(from, 'utf8'))
        expect((await stat(to)).mode & 0o777).toBe(0o600)
      }
      const port = await freePort()
      expect(portOf((await other.up('--port', String(port))).api_url)).toBe(port)
      expect(await titles(other)).toEqual(['Comes after', 'Pay rent', 'Sent before'])
      // As if the two hours had passed meanwhile.
      await inDatabase(
        other,
        `update todo.reminders set reminder_at = date_trunc('second', now()) where state = 'scheduled'
      and task_id = (select id from todo.tasks where title = 'Comes after')`,
      )
      await vi.waitFor(async () => expect(await mailsAbout(other, 'Comes after')).toHaveLength(1), {
        timeout: 90_000,
        interval: 100,
      })
      // A series goes on, which takes the events and everybody who reads them.
      expect(await other.todo5('done', 'rent', '--json')).toMatchObject({code: 0})
      expect((await titles(other)).filter((title) => title === 'Pay rent')).toHaveLength(1)
      expect(await mailsAbout(other, 'Comes after')).toHaveLength(1)
      expect(await mailsAbout(other, 'Sent before')).toEqual([])
    } finally {
      await Promise.all([one.dispose(), other.dispose()])
    }
  },
)

test(
  'over what is there: only when it is confirmed, and what ran runs again at its port',
  {timeout: 400_000},
  async () => {
    const target = await LocalTarget.create()
    try {
      const port = await freePort()
      await target.up('--port', String(port))
      await add(target, 'Kept')
      const file = target.root.join('kept.tar.gz')
      await target.json('backup', file)
      const again = await target.todo5('backup', file, '--json')
      expect(again).toMatchObject({code: 4, stdout: expect.stringContaining('file_exists') as string})

      await add(target, 'Lost')
      const asked = await target.todo5('restore', file)
      expect(asked).toMatchObject({code: 2, stderr: expect.stringContaining('--confirm local') as string})
      const broken = target.root.join('broken.tar.gz')
      const bytes = gunzipSync(await readFile(file))
      bytes[bytes.indexOf('Kept')] = 0x4c
      await writeFile(broken, gzipSync(bytes))
      const refused = await target.todo5('restore', broken, '--confirm', 'local', '--json')
      expect(refused).toMatchObject({code: 4, stdout: expect.stringContaining('backup_damaged') as string})
      expect(await titles(target)).toEqual(['Kept', 'Lost'])

      const restored = await target.json('restore', file, '--confirm', 'local')
      expect(restored).toMatchObject({replaced: true, api_url: `http://127.0.0.1:${port}/api/v1`})
      expect(await titles(target)).toEqual(['Kept'])
      await add(target, 'Goes on')

      // Also of one that does not run; and nothing is left beside it.
      await target.json('down')
      const resting = await target.json<Kept>('backup', target.root.join('resting.tar.gz'))
      expect(resting).toMatchObject({tasks: 2})
      expect(await target.remains([port])).toEqual([])
      const left = (await readdir(target.dataDir)).filter((name) => /restore/u.test(name))
      expect(left).toEqual([])
    } finally {
      await target.dispose()
    }
  },
)
