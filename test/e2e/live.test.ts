import {afterAll, beforeAll, expect, test} from 'vitest'
import {type EmbeddedTodo5, startEmbeddedTodo5} from '../support/embedded-todo5.ts'
import {LiveClient} from '../support/live-client.ts'

const GENEROUS = {timeout: 90_000, interval: 20}

let running: EmbeddedTodo5
let strangerKey: string
beforeAll(async () => {
  running = await startEmbeddedTodo5()
  const origin = new URL(running.todo5.apiUrl).origin
  const signedUp = await fetch(`${origin}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify({email: 'stranger@example.com', password: 'correct horse', name: 'Stranger'}),
  })
  const bearer = {authorization: `Bearer ${signedUp.headers.get('set-auth-token')}`}
  strangerKey = (await running.call('POST', '/api/auth/api-key/create', bearer, {name: 'live'})).body.key
})
afterAll(async () => running.stop())

const follow = async (key: string): Promise<LiveClient> =>
  LiveClient.open({apiUrl: running.todo5.apiUrl, headers: {'x-api-key': key}})

const newTask = async (key: string, title: string): Promise<number> => {
  const body = {title, due_at: '2036-12-01T09:00:00Z', recurring_pattern: 'daily'}
  return (await running.api('POST', '/tasks', body, {'x-api-key': key})).body.id
}

test('a completion and the occurrence that follows appear in both windows of their user, and nowhere else', async () => {
  const windows = [await follow(running.todo5.localApiKey), await follow(running.todo5.localApiKey)]
  const stranger = await follow(strangerKey)
  const id = await newTask(running.todo5.localApiKey, 'Water the plants')
  const wait = {prefer: 'wait=5'}
  const completed = await running.api('POST', `/tasks/${id}/complete`, {}, wait)
  const next = completed.body.next.id as number
  const own = await newTask(strangerKey, 'Mine')
  const seen = (client: LiveClient) =>
    client.tasks.filter(({type}) => type.startsWith('task.')).map((task) => `${task.type} ${task.id} v${task.version}`)
  const expected = [`task.created ${id} v1`, `task.completed ${id} v2`, `task.created ${next} v1`]
  await expect.poll(() => windows.map(seen), GENEROUS).toEqual([expected, expected])
  await expect.poll(() => seen(stranger), GENEROUS).toEqual([`task.created ${own} v1`])
  expect(new Set(stranger.tasks.map((task) => task.id))).toEqual(new Set([own]))

  // Everything ends in order: what is still open 5 s after the listener closes would be cut.
  await running.restart()
  await expect.poll(() => [...windows, stranger].map(({ended}) => ended), GENEROUS).toEqual(['whole', 'whole', 'whole'])

  // The one who comes back begins with what comes then.
  const back = await follow(running.todo5.localApiKey)
  const later = await newTask(running.todo5.localApiKey, 'Later')
  await expect.poll(() => seen(back), GENEROUS).toEqual([`task.created ${later} v1`])
  back.close()
})
