import {stat} from 'node:fs/promises'
import {expect, test} from 'vitest'
import type {MailboxListResponse} from '../../services/contracts/mailbox.ts'
import type {TaskResponse} from '../../services/contracts/tasks.ts'
import {eventually} from '../support/eventually.ts'
import {HostTarget} from '../support/stack/host-target.ts'

const minute = 60_000

const titles = async (host: HostTarget): Promise<string[]> =>
  (await host.api<{tasks: TaskResponse[]}>('GET', '/tasks')).tasks.map(({title}) => title).toSorted()

async function mailsAbout(host: HostTarget, title: string): Promise<number> {
  const {mails} = await host.json<MailboxListResponse>('mailbox', 'list')
  return mails.filter(({subject}) => subject.includes(title)).length
}

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString().replace(/\.\d+/u, '')

test(
  'what ran on Kafka and Dapr goes on elsewhere from its backup: tasks, series, reminders, each once',
  {timeout: 30 * minute},
  async () => {
    const one = await HostTarget.create()
    const other = await HostTarget.create()
    try {
      await one.bringUp()
      const add = async (title: string, more: object): Promise<TaskResponse> =>
        await one.api<TaskResponse>('POST', '/tasks', {title, due_at: '2030-01-01T09:00:00Z', ...more})
      await add('Pay rent', {recurring_pattern: 'monthly'})
      await add('Sent before', {due_at: inSeconds(3), reminders: [{offset_seconds: 1}]})
      await eventually('the first reminder', async () => (await mailsAbout(one, 'Sent before')) === 1, 2 * minute)
      const later = await add('Comes after', {due_at: inSeconds(7200), reminders: [{offset_seconds: 60}]})
      const file = other.file('from-one.tar.gz')
      expect(await one.json('backup', file)).toMatchObject({tasks: 3, accounts: 1})
      expect((await stat(file)).mode & 0o777).toBe(0o600)
      expect(await one.json('down', 'host', '--delete', '--confirm', 'host')).toMatchObject({})
      expect(await one.remains()).toEqual([])

      expect(await other.json('restore', file)).toMatchObject({target: 'host', tasks: 3, replaced: false})
      await other.bringUp()
      expect(await titles(other)).toEqual(['Comes after', 'Pay rent', 'Sent before'])
      // Its time comes here: what was kept is moved, by the API, as a person would.
      await other.api('PATCH', `/tasks/${later.id}`, {due_at: inSeconds(70)})
      await eventually('the second reminder', async () => (await mailsAbout(other, 'Comes after')) === 1, 4 * minute)
      // A series goes on, which takes the topics and everybody who reads them.
      const done = await other.json<{completed: TaskResponse}>('task', 'done', 'rent')
      const next = async (): Promise<string[]> => (await titles(other)).filter((title) => title === 'Pay rent')
      await eventually('the next one', async () => (await next()).length === 1, 2 * minute)
      expect(done.completed.title).toBe('Pay rent')
      expect([await mailsAbout(other, 'Comes after'), await mailsAbout(other, 'Sent before')]).toEqual([1, 0])
    } finally {
      await Promise.all([one.dispose(), other.dispose()])
    }
  },
)
