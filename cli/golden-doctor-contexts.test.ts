import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {Diagnosis} from './operations/doctor/doctor.ts'
import {FakeApi} from './testing/fake-api.ts'
import {NOW, runCli, type RunOptions} from './testing/run-cli.ts'

let home: string
let api: FakeApi
beforeEach(async () => {
  api = await FakeApi.start(NOW)
  home = await mkdtemp(join(tmpdir(), 'todo5-doctor-'))
  await mkdir(join(home, 'state'), {mode: 0o700})
})
afterEach(async () => {
  await api.stop()
  await rm(home, {recursive: true, force: true})
})

const SECRET = 'todo5_wrong_key'
const remote = (key: string, url = api.url) => ({api_url: `${url}/api/v1`, api_key: key, key_id: 'k1'})
async function stored(credentials: Readonly<Record<string, unknown>>, selected?: string): Promise<void> {
  const file = join(home, 'state', 'credentials.json')
  await writeFile(file, JSON.stringify(credentials), {mode: 0o600})
  if (selected !== undefined) await writeFile(join(home, 'state', 'context'), selected, {mode: 0o600})
}

/** By the real clock, which is the fake server's too. */
const cli = async (options: RunOptions = {}, ...line: string[]) => {
  const env = {PATH: '', JAVA_HOME: '', ...options.env}
  return await runCli(['doctor', ...line], {home, now: Date.now(), ...options, env})
}
type Verdicts = Readonly<Record<string, {state: string; found: string; details: string[]; next: string[]}>>
async function checks(options: RunOptions = {}): Promise<{code: number; of: Verdicts; text: string}> {
  const {code, stdout, stderr} = await cli(options, '--json')
  const found = (JSON.parse(stdout) as Diagnosis).checks.filter(({area}) => area === 'contexts')
  const of = Object.fromEntries(
    found.map(({check, state, found: what, details, next}) => [
      check,
      {state, found: what, details: [...details], next: [...next]},
    ]),
  )
  return {code, of, text: stdout + stderr}
}
const keyThatEnds = (ms: number): string => {
  const at = new Date(Date.now() + ms).toISOString()
  api.keys.push({id: 'k1', name: null, start: null, createdAt: at, lastRequest: null, expiresAt: at})
  return at
}

test('where nothing runs and nobody logged in, nobody is asked', async () => {
  expect((await checks()).of).toEqual({})
  expect(api.requests).toEqual([])
})

test('one that answers, knows the key and has the same time', async () => {
  const end = keyThatEnds(40 * 24 * 3600_000)
  await stored({work: remote(api.key)}, 'work')
  const {of, text} = await checks()
  expect(of).toEqual({
    reach: {state: 'ok', found: `work (${api.url}) answers`, details: [], next: []},
    credentials: {state: 'ok', found: `1 key known; the first ends on ${end.slice(0, 10)}`, details: [], next: []},
    clocks: {
      state: 'ok',
      found: expect.stringMatching(/^work is \d+ s (?:behind|ahead of) this machine \(± \d+ s\)$/u),
      details: [],
      next: [],
    },
  })
  expect(text).not.toContain(api.key)
})

test('a key that is not known any more is a problem, and is not shown', async () => {
  await stored({work: remote(SECRET), other: remote(api.key)}, 'other')
  const {code, of, text} = await checks()
  expect(code).toBe(4)
  expect(of['credentials']).toEqual({
    state: 'problem',
    found: '1 key not known any more',
    details: [`work: ${api.url} does not know the key`],
    next: [`todo5 login ${api.url} --name work        makes a new key`],
  })
  expect(of['reach']).toMatchObject({state: 'ok', found: `other (${api.url}) and work (${api.url}) answer`})
  expect(text).not.toContain(SECRET)
  const shown = await cli({tty: 80})
  expect(shown.stdout).toContain('✖ credentials    1 key not known any more')
  expect(shown.stdout + shown.stderr).not.toContain(SECRET)
})

test('a key that ends soon', async () => {
  const end = keyThatEnds(3600_000)
  await stored({work: remote(api.key)}, 'work')
  expect((await checks()).of['credentials']).toEqual({
    state: 'warning',
    found: '1 key about to end',
    details: [`work: the key ends at ${end}`],
    next: [`todo5 login ${api.url} --name work        makes a new key`],
  })
})

test('one that is away is a problem where commands talk to it, and a warning elsewhere', async () => {
  const away = 'http://127.0.0.1:1'
  await stored({work: remote(api.key, away), near: remote(api.key)}, 'near')
  expect((await checks()).of['reach']).toEqual({
    state: 'warning',
    found: 'work does not answer as todo5',
    details: [`work: ${away}: nothing listens there`],
    next: [`check that ${away} is up`],
  })
  const chosen = await checks({env: {TODO5_CONTEXT: 'work'}})
  expect(chosen.code).toBe(4)
  expect(chosen.of['reach']).toMatchObject({
    state: 'problem',
    details: [`work: ${away}: nothing listens there; commands talk to it`],
  })
  expect(chosen.of['credentials']).toMatchObject({state: 'ok', found: '1 key known'})
})

test('one that takes the question and says nothing is not waited for', async () => {
  await stored({work: remote(api.key)})
  api.troubles.push({kind: 'hang'})
  expect((await checks()).of).toMatchObject({
    reach: {state: 'warning', details: [`work: ${api.url}: no answer in time`]},
    credentials: {state: 'ok', found: 'nobody was there to ask'},
    clocks: {state: 'ok', found: 'nobody was there to ask'},
  })
})

test.each([
  ['something that is no todo5', 200, '<html>', 'answered 200 with something that is not JSON; is it todo5?'],
  ['a proxy without todo5 behind it', 502, '{}', 'answered with HTTP 502.'],
])('%s', async (_name, status, body, why) => {
  await stored({work: remote(api.key)})
  api.troubles.push({kind: 'answer', status, body})
  const {reach} = (await checks()).of
  expect(reach).toMatchObject({state: 'warning'})
  expect(reach!.details[0]).toContain(why)
})

test('another time than here', async () => {
  await stored({work: remote(api.key)})
  const {of} = await checks({now: Date.now() + 3600_000})
  expect(of['clocks']).toMatchObject({
    state: 'warning',
    found: 'work has another time than this machine',
    details: [expect.stringMatching(/^work is 3\d\d\d s behind this machine \(± 1 s\)$/u)],
  })
})

test('a context that is not there, and an address without a key', async () => {
  await stored({work: remote(api.key)})
  const unknown = await checks({env: {TODO5_CONTEXT: 'wrok'}})
  expect(unknown.code).toBe(4)
  expect(unknown.of['credentials']).toMatchObject({
    state: 'problem',
    found: 'There is no context wrok.',
    next: expect.arrayContaining(['did you mean work?']),
  })
  const half = await checks({env: {TODO5_API_URL: api.url}})
  expect(half.of['credentials']).toMatchObject({
    state: 'problem',
    found: 'TODO5_API_URL is set, TODO5_API_KEY is not.',
  })
})
