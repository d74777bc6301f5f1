import {chmod, mkdtemp, readdir, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {CliError} from './errors.ts'
import {EXIT} from './exit-codes.ts'
import {mistakeReport} from './operations/mistake-report.ts'
import {NOW, type RunOptions} from './testing/run-cli.ts'
import {useFakeApi} from './testing/use-fake-api.ts'

const cli = useFakeApi()
let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'todo5-mistake-'))
})
afterEach(async () => {
  await chmod(home, 0o700)
  await rm(home, {recursive: true, force: true})
})

const PROFILE = {kind: 'answer', status: 200, body: JSON.stringify({user_id: '0', time_zone: 'Europe/Berlin'})} as const
/** An answer that nobody foresaw. */
const strange = (title: string) => ({kind: 'answer', status: 201, body: JSON.stringify({id: 1, title})}) as const
const run = async (line: readonly string[], options: RunOptions = {}) => await cli.run(line, {home, ...options})
const reports = async (): Promise<string[]> => await readdir(join(home, 'state', 'reports'))

test('a mistake of todo5 is written down, and said where', async () => {
  cli.api.troubles.push(PROFILE, strange('Call the clinic'))
  const {code, stderr} = await run(['add', 'Call the clinic tomorrow #health'], {tty: 80})
  const [file] = await reports()
  // Where lines break depends on the length of the folder.
  const said = stderr.replaceAll(/\n {7}/gu, ' ').replace(join(home, 'state', 'reports', file!), 'FILE')
  expect(code).toBe(1)
  expect(said).toContain("Error: todo5 made a mistake: Cannot read properties of undefined (reading 'map')")
  expect(said).toContain('[internal_error, exit 1]')
  expect(said).toContain('send FILE along when you report this: it says where, and nothing of your tasks and keys')
  expect((await stat(join(home, 'state', 'reports', file!))).mode & 0o777).toBe(0o600)
  const report = JSON.parse(await readFile(join(home, 'state', 'reports', file!), 'utf8'))
  expect(report).toMatchObject({
    at: '2026-11-20T09:00:00.000Z',
    command: 'todo5 add …',
    error: {name: 'TypeError', code: null, message: expect.stringContaining('Cannot read properties of undefined')},
    requests: ['GET /profile 200', 'POST /tasks 201'],
  })
  expect(report.error.frames[0]).toMatch(/^at \w+ \((file:\/\/)?TODO5\/cli\//u)
})

test('nothing of the person is in it: planted secrets', async () => {
  const PLANTED = ['Zahnarzt', 'planted-key-1234', 'planted-pass', 'planted-host', 'ada.lovelace', 'Wegwerf']
  const env = {
    TODO5_DATABASE_URL: 'postgres://ada.lovelace:planted-pass@planted-host/x',
    TODO5_MODEL_KEY: 'planted-key-1234',
    KAFKA_PASSWORD: 'planted-pass',
  }
  const line = [
    'task',
    'add',
    'Zahnarzt',
    '--due=tomorrow',
    '--tag',
    'Wegwerf',
    '-p',
    'high',
    '--description',
    'Zahnarzt',
  ]
  cli.api.troubles.push(PROFILE, strange('Zahnarzt'))
  const {code, stdout, stderr} = await run([...line, '--json'], {env})
  const {error} = JSON.parse(stdout) as {error: {code: string; report: string}}
  expect([code, error.code, stderr]).toEqual([1, 'internal_error', ''])
  const text = await readFile(error.report, 'utf8')
  expect(JSON.parse(text).command).toBe('todo5 task add … --due=… --tag … -p … --description … --json')
  for (const secret of [...PLANTED, cli.api.key, home, 'tomorrow', 'high']) expect(text).not.toContain(secret)
})

test('a message that may quote a task is left out, in causes too; what the engine says stays', () => {
  const inner = new SyntaxError(`Unexpected token 'Z', "Zahnarzt" is not valid JSON`)
  const facts = {
    now: NOW,
    id: undefined,
    argv: ['Zahnarzt', '12', '-x', '-dtomorrow', '--'],
    secrets: ['s3cret-key'],
    folders: [['/home/ada', '~']] as const,
    todo5: '1',
    node: '24',
    system: 'linux',
    requests: ['GET /tasks/1 200'],
  }
  const report = mistakeReport({...facts, error: new Error('Task Zahnarzt broke', {cause: inner})})
  expect(JSON.stringify(report)).not.toContain('Zahnarzt')
  expect(report).toMatchObject({
    command: 'todo5 … 12 -x … --',
    error: {name: 'Error', message: null, cause: {name: 'SyntaxError', message: null}},
  })
  const said = (error: unknown) => mistakeReport({...facts, error}).error.message
  expect(said(new TypeError("Cannot read properties of null (reading 'id')"))).toContain("(reading 'id')")
  expect(said(new TypeError('task.title.trim is not a function'))).toContain('is not a function')
  expect(said(new TypeError("Cannot read properties of null (reading 'my secret')"))).toBeNull()
  const problem = {status: 500, code: 'internal_error', detail: 'Zahnarzt', request_id: 'req-7'}
  const refused = new CliError('Zahnarzt', {code: 'x', exit: EXIT.bug, cause: problem})
  expect(mistakeReport({...facts, error: refused}).error).toMatchObject({code: 'x', cause: {request_id: 'req-7'}})
  const typed = new Error('x')
  typed.stack = 'Error: x\n    at f (/home/ada/s3cret-key/a.js:1:1)'
  expect(mistakeReport({...facts, error: typed}).error.frames).toEqual(['at f (~/…/a.js:1:1)'])
})

test('keeps the newest twenty', async () => {
  for (let index = 0; index < 22; index++) {
    cli.api.troubles.push(PROFILE, strange('a'))
    await run(['add', 'a'], {now: NOW + index * 1000})
  }
  const left = (await reports()).toSorted()
  expect(left).toHaveLength(20)
  expect(left[0]).toContain('09-00-02-000Z')
})

test('where it cannot be written, the mistake is told all the same', async () => {
  await writeFile(join(home, 'state'), 'in the way')
  cli.api.troubles.push(PROFILE, strange('a'))
  const {code, stderr} = await run(['add', 'a'])
  expect([code, stderr]).toEqual([1, expect.stringContaining('There is no report of it')])
  expect(stderr).toContain('todo5 made a mistake')
})

test('what is no mistake of todo5 has no report', async () => {
  expect((await run(['task', 'show', '9'])).code).toBe(3)
  await expect(reports()).rejects.toMatchObject({code: 'ENOENT'})
})
