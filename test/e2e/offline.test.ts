import {once} from 'node:events'
import {mkdtemp, rm} from 'node:fs/promises'
import {type AddressInfo, type Server, type Socket, connect, createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {runCli} from '../../cli/testing/run-cli.ts'
import {type EmbeddedTodo5, startEmbeddedTodo5} from '../support/embedded-todo5.ts'

let running: EmbeddedTodo5
let proxy: Server
let home: string
let key: string
/** Whether answers to changes are lost on their way, after todo5 has made them. */
let losesAnswers = false
const sockets = new Set<Socket>()

beforeAll(async () => {
  running = await startEmbeddedTodo5()
  proxy = createServer((client) => {
    const server = connect(Number(new URL(running.todo5.apiUrl).port), '127.0.0.1')
    let writes = false
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        server.destroy()
      })
    }
    client.on('data', (data: Buffer) => {
      writes ||= data.toString('latin1').startsWith('POST ')
      server.write(data)
    })
    server.on('data', (data: Buffer) => {
      if (losesAnswers && writes) client.destroy()
      else client.write(data)
    })
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  home = await mkdtemp(join(tmpdir(), 'todo5-offline-'))
  const origin = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  key = await newKey()
  const added = await runCli(['context', 'add', 'work', origin], {home, input: key})
  expect(added).toMatchObject({code: 0})
})
afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  proxy.close()
  await rm(home, {recursive: true, force: true})
  await running.stop()
})

/** Of a user who goes on to be there after a restart. */
async function newKey(): Promise<string> {
  const account = {email: 'ada@example.com', password: 'correct horse', name: 'Ada', time_zone: 'UTC'}
  const {headers} = await running.call('POST', '/api/auth/sign-up/email', {}, account)
  const browser = {cookie: headers.getSetCookie()[0]!.split(';')[0]!, origin: new URL(running.todo5.apiUrl).origin}
  const {body} = await running.call('POST', '/api/auth/api-key/create', browser, {name: 'offline'})
  return (body as {key: string}).key
}

const json = async (...line: string[]) => {
  const {code, stdout} = await runCli([...line, '--json'], {home, env: {TODO5_CONTEXT: 'work'}, now: Date.now()})
  return {code, value: JSON.parse(stdout)}
}
const open = async (): Promise<{id: number; title: string; due_at: string}[]> =>
  (await running.api('GET', '/tasks?view=open', undefined, {'x-api-key': key})).body.tasks

test('what is typed while todo5 is away arrives when it is back', {timeout: 300_000}, async () => {
  const {value: gym} = await json('task', 'add', 'gym', '--due', '2036-12-01T09:00Z', '--repeat', 'daily')
  await running.restart(
    async () => {
      expect(await json('add', 'call mom 3 march 2036 at 9')).toMatchObject({code: 7})
      expect(await json('done', String(gym.id), '--forever')).toMatchObject({code: 7})
      expect(await json('done', '999999')).toMatchObject({code: 7})
      expect(await json('sync')).toMatchObject({code: 6, value: {error: {code: 'unreachable'}}})
    },
    {samePort: true},
  )
  const {code, value} = await json('sync')
  expect([code, value]).toMatchObject([
    3,
    {
      sent: [
        {summary: 'add "call mom"', answer: {title: 'call mom', due_at: '2036-03-03T09:00:00Z'}},
        {answer: {completed: {id: gym.id}, next: null}},
      ],
      refused: [{summary: 'done 999999', error: {code: 'task_not_found'}}],
    },
  ])
  expect((await open()).map(({title}) => title)).toEqual(['call mom'])
  await json('sync', '--drop', value.refused[0].id)
  expect((await json('sync')).value).toMatchObject({sent: [], waiting: []})
  // One undo opens it again, and its series goes on.
  await json('undo')
  expect(await json('done', String(gym.id))).toMatchObject({value: {next: {title: 'gym'}}})
})

test('what was made, but never answered, is not made twice', {timeout: 300_000}, async () => {
  losesAnswers = true
  expect(await json('add', 'buy one ticket')).toMatchObject({code: 7})
  losesAnswers = false
  const made = (await open()).filter(({title}) => title === 'buy one ticket')
  expect(made).toHaveLength(1)
  const {value} = await json('sync')
  expect(value.sent).toMatchObject([{answer: {id: made[0]!.id}}])
  expect((await open()).filter(({title}) => title === 'buy one ticket')).toHaveLength(1)
})
