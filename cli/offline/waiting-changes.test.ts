import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {HttpClient} from '../client/http-client.ts'
import {TaskApi} from '../client/task-api.ts'
import {addAll} from '../operations/add-tasks.ts'
import {keepChanges} from '../operations/keep-change.ts'
import {syncChanges} from '../operations/sync-changes.ts'
import {FakeApi} from '../testing/fake-api.ts'
import {NOW, ROOT} from '../testing/run-cli.ts'
import {WaitingChanges} from './waiting-changes.ts'

let api: FakeApi
let stateDir: string
beforeEach(async () => {
  api = await FakeApi.start(NOW)
  stateDir = join(await mkdtemp(join(tmpdir(), 'todo5-waiting-')), 'state')
  await mkdir(stateDir)
})
afterEach(async () => {
  await api.stop()
  await rm(join(stateDir, '..'), {recursive: true, force: true})
})

const waitingFor = (name: string): WaitingChanges =>
  new WaitingChanges({stateDir, context: {name, apiUrl: `${api.url}/api/v1`}, now: () => NOW})
const change = (title: string) => ({
  time_zone: 'UTC',
  summary: title,
  task_ids: [],
  call: {method: 'POST', path: '/tasks', body: {title}, key: crypto.randomUUID()} as const,
})

/** A process of its own, which the tests may kill. */
async function cli(...line: string[]) {
  const url = `${api.url}/api/v1`
  await writeFile(join(stateDir, 'credentials.json'), JSON.stringify({work: {api_url: url, api_key: api.key}}))
  const env = {PATH: process.env['PATH'], TODO5_HOME: join(stateDir, '..'), TODO5_CONTEXT: 'work', TZ: 'UTC'}
  const child = spawn(process.execPath, [join(ROOT, 'bin', 'dev.js'), ...line], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>
  return {child, ended, stdout: text(child.stdout), stderr: text(child.stderr)}
}

test('keeps the order, also when the clock is set back and within one command', async () => {
  const before = new WaitingChanges({stateDir, context: {name: 'work', apiUrl: 'u'}, now: () => NOW + 60_000})
  await before.add([change('a'), change('b')])
  await waitingFor('work').add([change('c')])
  expect((await waitingFor('work').list()).map(({summary}) => summary)).toEqual(['a', 'b', 'c'])
})

test('many at the same time lose nothing, and contexts do not mix', async () => {
  const names = Array.from({length: 40}, (_, index) => String(index).padStart(2, '0'))
  await Promise.all(names.map(async (name) => await waitingFor('work').add([change(name)])))
  await waitingFor('other:8636').add([change('elsewhere')])
  expect((await waitingFor('work').list()).map(({summary}) => summary).toSorted()).toEqual(names)
  expect(await waitingFor('other:8636').count()).toBe(1)
})

test('a half-written file is none, and one that is damaged is named', async () => {
  await waitingFor('work').add([change('a')])
  const folder = join(stateDir, 'waiting', 'work')
  await writeFile(join(folder, '.1-1.part'), '{"con')
  expect(await waitingFor('work').list()).toHaveLength(1)
  const [name] = (await readdir(folder)).filter((file) => file.endsWith('.json'))
  await writeFile(join(folder, name!), '')
  await expect(waitingFor('work').list()).rejects.toMatchObject({code: 'file_damaged', exit: 4})
})

test('what is taken slowly is kept with the key that it was sent with', async () => {
  const http = new HttpClient({
    apiUrl: `${api.url}/api/v1`,
    apiKey: api.key,
    userAgent: 'test',
    whenAway: [],
    timeoutMs: 300,
  })
  const waiting = waitingFor('work')
  api.troubles.push({kind: 'hang'})
  const outcomes = await addAll([{fields: {title: 'a'}}, {fields: {title: 'b'}}], {
    api: new TaskApi(http),
    away: undefined,
    keep: async (changes) => await keepChanges(waiting, changes, 'UTC'),
  })
  expect(outcomes).toMatchObject([{kept: {summary: 'add "a"'}}, {kept: {summary: 'add "b"'}}])
  const [first] = await waiting.list()
  expect(first!.call.key).toBe(api.requests[0]!.headers['idempotency-key'])
  const synced = await syncChanges({api: new TaskApi(http), waiting, now: NOW, old: false, again: false})
  expect(synced).toMatchObject({sent: [{answer: {title: 'a'}}, {answer: {title: 'b'}}], stopped: null})
  http.close()
})

test('killed between the server and the disk: sent again, made once', async () => {
  await waitingFor('work').add([change('first'), change('second')])
  // The profile, and then the answer to the first change never comes, although it was made.
  api.troubles.push({kind: 'answer', status: 200, body: JSON.stringify({user_id: '0', time_zone: 'UTC'})})
  api.troubles.push({kind: 'hang-after'})
  const killed = await cli('sync')
  await expect.poll(() => api.store.tasks.length).toBe(1)
  killed.child.kill('SIGKILL')
  expect((await killed.ended)[1]).toBe('SIGKILL')
  expect(await waitingFor('work').count()).toBe(2)
  const again = await cli('sync', '--json')
  expect((await again.ended)[0], await again.stderr).toBe(0)
  expect(JSON.parse(await again.stdout)).toMatchObject({sent: [{summary: 'first'}, {summary: 'second'}]})
  expect(api.store.tasks.map(({title}) => title)).toEqual(['first', 'second'])
  expect(await waitingFor('work').count()).toBe(0)
})

test('two processes send each once, in order; two add at the same time', async () => {
  await api.goAway()
  const added = await Promise.all([cli('add', 'one'), cli('add', 'two')])
  expect(await Promise.all(added.map(async ({ended}) => (await ended)[0]))).toEqual([7, 7])
  await api.comeBack()
  const order = (await waitingFor('work').list()).map(({call}) => (call.body as {title: string}).title)
  const syncs = await Promise.all([cli('sync'), cli('sync')])
  expect(await Promise.all(syncs.map(async ({ended}) => (await ended)[0]))).toEqual([0, 0])
  expect(api.store.tasks.map(({title}) => title)).toEqual(order)
  expect(await waitingFor('work').count()).toBe(0)
})

test('the account is written when it is news', async () => {
  const waiting = waitingFor('work')
  expect(await waiting.account()).toBeUndefined()
  await waiting.noteAccount({user_id: '1', time_zone: 'Europe/Berlin'})
  await waiting.noteAccount({user_id: '1', time_zone: 'UTC'})
  expect(await readFile(join(stateDir, 'waiting', 'work', 'account'), 'utf8')).toBe(
    '{"user_id":"1","time_zone":"UTC"}\n',
  )
})
