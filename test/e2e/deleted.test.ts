import {randomUUID} from 'node:crypto'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type EmbeddedAnswer, type EmbeddedTodo5, startEmbeddedTodo5} from '../support/embedded-todo5.ts'

let running: EmbeddedTodo5
beforeAll(async () => {
  running = await startEmbeddedTodo5()
})
afterAll(async () => running.stop())

const DAY = 86_400_000
const LONG = {timeout: 120_000, interval: 100}
type Json = EmbeddedAnswer['body']

async function ok(...request: Parameters<EmbeddedTodo5['api']>): Promise<Json> {
  const {status, text, body} = await running.api(...request)
  expect(status, text).toBeLessThan(300)
  return body
}

const add = async (title: string, due: number, more: Record<string, unknown> = {}): Promise<Json> =>
  ok('POST', '/tasks', {title, due_at: new Date(due).toISOString(), reminders: [{offset_seconds: 0}], ...more})
const mails = async (title: string): Promise<Json[]> =>
  (await ok('GET', '/mailbox?limit=100')).mails.filter((mail: Json) => mail.subject.includes(title))

/** A series of which the first one is done and the second has a reminder at `soon`; then it is deleted, before that. */
async function deleted(scope: string, soon: number): Promise<{title: string; ids: number[]}> {
  const title = `deleted-${randomUUID()}`
  const {id} = await add(title, soon - DAY, {recurring_pattern: 'daily', tags: [title]})
  if (scope !== 'this') {
    // Nobody waits: the event that leads to the second one is still under way.
    await ok('POST', `/tasks/${id}/complete`)
    await ok('DELETE', `/tasks/${id}?scope=${scope}`)
    return {title, ids: [id]}
  }
  let next: Json = null
  while (next === null) next = (await ok('POST', `/tasks/${id}/complete`, undefined, {prefer: 'wait=10'})).next
  await ok('DELETE', `/tasks/${next.id}?scope=this`)
  return {title, ids: [id, next.id]}
}

test('deleted while events and jobs are under way: nothing comes back, and nobody is reminded', async () => {
  const scopes = ['this', 'following', 'all']
  let soon = 0
  let found: {title: string; ids: number[]}[] = []
  // Once more when the machine stood still for so long that the reminders came first.
  do {
    soon = Math.ceil(Date.now() / 1000) * 1000 + 30_000
    found = await Promise.all(scopes.map(async (scope) => deleted(scope, soon)))
  } while (Date.now() >= soon)

  const later = `Later ${randomUUID()}`
  await add(later, soon + 3000)
  await expect.poll(async () => mails(later), LONG).toHaveLength(1)
  for (const {title} of found) expect(await mails(title)).toEqual([])

  const tasks = async (title: string): Promise<Json[]> => (await ok('GET', `/tasks?view=all&tag=${title}`)).tasks
  const [one, following, all] = found as [(typeof found)[0], (typeof found)[0], (typeof found)[0]]
  expect(await tasks(following.title)).toEqual([])
  expect(await tasks(all.title)).toEqual([])
  // One occurrence that is deleted is skipped, and the next one comes, once.
  const open = async () => (await tasks(one.title)).filter(({id}) => !one.ids.includes(id))
  await expect.poll(open, LONG).toMatchObject([{due_at: new Date(soon + DAY).toISOString().replace('.000Z', 'Z')}])
}, 240_000)
