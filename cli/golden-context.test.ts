import {mkdir, mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, afterEach, beforeAll, beforeEach, expect, test} from 'vitest'
import {FakeApi} from './testing/fake-api.ts'
import {NOW, runCli, type RunOptions, transcript} from './testing/run-cli.ts'

let home: string
let api: FakeApi
beforeAll(async () => {
  api = await FakeApi.start(NOW)
})
afterAll(async () => await api.stop())
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'todo5-context-'))
  await mkdir(join(home, 'state'))
  await mkdir(join(home, 'project', 'deep'), {recursive: true})
})
afterEach(async () => await rm(home, {recursive: true, force: true}))

const keep = async (file: string, value: unknown): Promise<void> =>
  await writeFile(join(home, file), typeof value === 'string' ? value : JSON.stringify(value))
const cli = async (line: readonly string[], options: RunOptions = {}) => await runCli(line, {home, ...options})
const shown = async (line: readonly string[], options: RunOptions = {}): Promise<string> =>
  transcript(await cli(line, options))
    .replaceAll(home, 'HOME')
    .replaceAll(api.url, 'API')
const json = async (line: readonly string[], options: RunOptions = {}) => {
  const {code, stdout, stderr} = await cli([...line, '--json'], options)
  return {code, stderr, value: JSON.parse(stdout) as unknown}
}
const credentials = async (): Promise<unknown> =>
  JSON.parse(await readFile(join(home, 'state', 'credentials.json'), 'utf8'))

const twoElsewhere = async (): Promise<void> => {
  await keep('state/local.json', {api_url: `${api.url}/api/v1`})
  await keep('state/credentials.json', {
    local: {api_key: api.key},
    work: {api_url: 'https://todo.example/api/v1', api_key: 'k2', key_id: 'id2'},
    ci: {api_url: `${api.url}/api/v1`, api_key: api.key},
  })
}

test('what there is, and which one commands talk to', async () => {
  await twoElsewhere()
  await keep('state/local.json', {api_url: 'http://127.0.0.1:8636/api/v1'})
  await keep('state/credentials.json', {
    local: {api_key: 'k1'},
    work: {api_url: 'https://todo.example/api/v1', api_key: 'k2', key_id: 'id2'},
  })
  expect(await shown(['context', 'list'])).toMatchInlineSnapshot(`
    "   NAME   STATE                 ADDRESS
    ✔  local  runs on this machine  http://127.0.0.1:8636
       host   does not run
       work   elsewhere             https://todo.example
    (exit 0)"
  `)
  expect(await shown(['context', 'list', '-c', 'work'])).toContain('✔  work')
  expect(await shown(['context', 'list', '--context', 'wrok'])).toMatchInlineSnapshot(`
    "  NAME   STATE                 ADDRESS
      local  runs on this machine  http://127.0.0.1:8636
      host   does not run
      work   elsewhere             https://todo.example
    | ! There is no context wrok, which --context names.
    (exit 0)"
  `)
  expect(
    (await json(['context', 'list'], {env: {TODO5_API_URL: 'http://127.0.0.1:1', TODO5_API_KEY: 'k'}})).value,
  ).toEqual({
    contexts: [
      {name: 'local', kind: 'target', api_url: 'http://127.0.0.1:8636/api/v1', state: 'running', current: false},
      {name: 'host', kind: 'target', api_url: null, state: 'stopped', current: false},
      {name: 'work', kind: 'remote', api_url: 'https://todo.example/api/v1', state: 'elsewhere', current: false},
      {name: '127.0.0.1:1', kind: 'remote', api_url: 'http://127.0.0.1:1/api/v1', state: 'elsewhere', current: true},
    ],
  })
})

test('with nothing here the list says so', async () => {
  expect(await shown(['context', 'list'])).toMatchInlineSnapshot(`
    "  NAME   STATE         ADDRESS
      local  does not run
      host   does not run
    (exit 0)"
  `)
})

test('another one from now on, in a shell, in a folder, in one command: the nearest to the command decides', async () => {
  await twoElsewhere()
  const who = async (line: readonly string[] = [], options: RunOptions = {}): Promise<unknown> =>
    ((await json(['whoami', ...line], options)).value as {context: unknown}).context
  expect(await who()).toBe('local')
  expect(await shown(['context', 'use', 'ci'])).toMatchInlineSnapshot(`
    "Commands talk to ci now.
    (exit 0)"
  `)
  expect(await who()).toBe('ci')
  expect(await shown(['config', 'set', 'context', 'local', '--project'], {folder: join(home, 'project')}))
    .toMatchInlineSnapshot(`
    "context is local in HOME/project/.todo5.json.
    (exit 0)"
  `)
  const folder = join(home, 'project', 'deep')
  expect(await who([], {folder})).toBe('local')
  expect(await who([], {folder, env: {TODO5_CONTEXT: 'ci'}})).toBe('ci')
  expect(await who(['-c', 'local'], {folder, env: {TODO5_CONTEXT: 'ci'}})).toBe('local')
  expect(await shown(['context', 'use', 'ci'], {folder})).toMatchInlineSnapshot(`
    "Commands talk to ci now.
    | ! Not here: HOME/project/.todo5.json says local, and goes before.
    (exit 0)"
  `)
  expect(
    (await shown(['config', 'explain', 'context', '-c', 'work'], {folder, env: {TODO5_CONTEXT: 'ci'}})).replaceAll(
      /(?<=\S) {2,}/gu,
      '  ',
    ),
  ).toMatchInlineSnapshot(`
    "context  Which todo5 commands talk to; see todo5 context list.
    ✔ --context  work
      TODO5_API_URL  -
      TODO5_CONTEXT  ci
      HOME/project/.todo5.json  local
      context use  ci
      default  the todo5 that runs here
    (exit 0)"
  `)
})

test('a name that is not there is refused, with the near ones', async () => {
  await twoElsewhere()
  expect(await shown(['context', 'use', 'wrk'])).toMatchInlineSnapshot(`
    "| Error: There is no context wrk.  [unknown_context, exit 3]
    | Try:   did you mean work?
    |        todo5 context list        shows all
    |        todo5 login URL        makes one
    (exit 3)"
  `)
  expect(await shown(['task', 'list', '-c', 'nowhere'])).toMatchInlineSnapshot(`
    "| Error: There is no context nowhere.  [unknown_context, exit 3]
    | Try:   todo5 context list        shows all
    |        todo5 login URL        makes one
    (exit 3)"
  `)
  expect(await shown(['outbox', 'status', '-c', 'work'])).toMatchInlineSnapshot(`
    "| Error: This needs a todo5 on this machine, and work is elsewhere.  [context_elsewhere, exit 4]
    | Try:   run it on the machine of that todo5
    |        --context local, or --context host
    (exit 4)"
  `)
  expect(await json(['context', 'delete', 'nowhere'])).toMatchObject({
    code: 3,
    value: {error: {code: 'unknown_context'}},
  })
  expect(await json(['context', 'delete', 'host'])).toMatchObject({
    code: 4,
    value: {error: {code: 'context_of_machine'}},
  })
})

test('a key from standard input is tried before it is kept, for its owner alone', async () => {
  expect(await shown(['context', 'add', 'ci', api.url], {input: `${api.key}\n`})).toMatchInlineSnapshot(`
    "Added ci: API/api/v1 as ada@example.com.
    (exit 0)"
  `)
  expect(await credentials()).toEqual({ci: {api_url: `${api.url}/api/v1`, api_key: api.key}})
  expect(await json(['context', 'add', 'ci2', api.url], {input: api.key})).toMatchObject({
    value: {context: 'ci2', api_url: `${api.url}/api/v1`, email: 'ada@example.com'},
  })
  expect(await json(['context', 'use', 'ci2'])).toMatchObject({value: {context: 'ci2'}})
  expect(await json(['context', 'delete', 'ci2'])).toMatchObject({value: {context: 'ci2'}})
  expect((await stat(join(home, 'state', 'credentials.json'))).mode & 0o777).toBe(0o600)
  expect(await json(['whoami', '-c', 'ci'])).toMatchObject({code: 0, value: {context: 'ci'}})
  const refused = async (line: readonly string[], input = api.key): Promise<unknown> => {
    const {code, value} = await json(['context', 'add', ...line], {input})
    return [code, (value as {error: {code: string}}).error.code]
  }
  expect(await refused(['ci', api.url])).toEqual([4, 'context_exists'])
  expect(await refused(['other', api.url], 'wrong')).toEqual([4, 'not_signed_in'])
  expect(await refused(['other', api.url], '')).toEqual([2, 'key_missing'])
  expect(await refused(['local', api.url])).toEqual([2, 'invalid_context_name'])
  expect(await refused(['a b', api.url])).toEqual([2, 'invalid_context_name'])
  expect(await refused(['other', 'http://todo.example'])).toEqual([2, 'insecure_url'])
  expect(Object.keys((await credentials()) as object)).toEqual(['ci'])
})

test('what is forgotten is gone, and commands turn back to what runs here', async () => {
  await twoElsewhere()
  await cli(['context', 'use', 'work'])
  expect(await shown(['context', 'delete', 'work'])).toMatchInlineSnapshot(`
    "Forgot work.
    | Its key still counts at https://todo.example; end it in the settings there.
    (exit 0)"
  `)
  expect(await credentials()).not.toHaveProperty('work')
  expect(await json(['whoami'])).toMatchObject({value: {context: 'local'}})
  expect(await json(['logout', '-c', 'ci'])).toMatchObject({code: 4, value: {error: {code: 'not_logged_in'}}})
})
