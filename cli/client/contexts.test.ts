import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import type {CliError} from '../errors.ts'
import {FakeApi} from '../testing/fake-api.ts'
import {NOW, runCli} from '../testing/run-cli.ts'
import {type ChosenContext, currentContext} from './contexts.ts'
import {selectContext} from './selection.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'todo5-contexts-'))
  await mkdir(join(home, 'state'))
})
afterEach(async () => {
  await rm(home, {recursive: true, force: true})
})

const paths = () => ({config: join(home, 'config'), state: join(home, 'state'), data: join(home, 'data')})
const store = async (file: string, value: unknown): Promise<void> =>
  await writeFile(join(home, 'state', file), typeof value === 'string' ? value : JSON.stringify(value))
const found = async (apiUrl?: string, apiKey?: string, chosen?: ChosenContext) =>
  await currentContext({chosen, apiUrl, apiKey, paths: paths()}).catch((error: CliError) => ({
    code: error.code,
    exit: error.exit,
  }))

test('the local target that runs, with its key', async () => {
  await store('local.json', {api_url: 'http://127.0.0.1:8636/api/v1'})
  await store('credentials.json', {local: {api_key: 'k1'}})
  expect(await found()).toMatchObject({name: 'local', apiUrl: 'http://127.0.0.1:8636/api/v1', apiKey: 'k1'})
})

test('of two that run, the one that was started last', async () => {
  await store('local.json', {api_url: 'http://127.0.0.1:8636/api/v1'})
  await mkdir(join(home, 'data', 'host', 'state'), {recursive: true})
  const hostState = join(home, 'data', 'host', 'state', 'host.json')
  await writeFile(hostState, JSON.stringify({api_url: 'http://127.0.0.1:8637/api/v1'}))
  await store('credentials.json', {local: {api_key: 'k1'}, host: {api_key: 'k2'}})
  expect(await found()).toMatchObject({name: 'local', apiKey: 'k1'})
  await selectContext(paths(), 'host')
  expect(await found()).toMatchObject({name: 'host', apiUrl: 'http://127.0.0.1:8637/api/v1', apiKey: 'k2'})
  await rm(hostState)
  expect(await found()).toMatchObject({name: 'local'})
  await selectContext(paths(), 'local')
  await rm(join(home, 'state', 'local.json'))
  await writeFile(hostState, JSON.stringify({api_url: null}))
  expect(await found()).toEqual({code: 'starting', exit: 6})
})

test('what is missing or damaged is said', async () => {
  expect(await found()).toEqual({code: 'not_running', exit: 6})
  await store('local.json', {api_url: null})
  expect(await found()).toEqual({code: 'starting', exit: 6})
  await store('local.json', {api_url: 'http://127.0.0.1:8636/api/v1'})
  expect(await found()).toEqual({code: 'no_credentials', exit: 4})
  await store('credentials.json', '[')
  expect(await found()).toEqual({code: 'file_damaged', exit: 4})
  await store('local.json', '{"api_url"')
  expect(await found()).toEqual({code: 'file_damaged', exit: 4})
})

test('the environment goes before what is stored, and must be whole', async () => {
  await store('local.json', {api_url: 'http://127.0.0.1:8636/api/v1'})
  expect(await found('https://todo.example/', 'k')).toMatchObject({
    name: 'todo.example',
    apiUrl: 'https://todo.example/api/v1',
    apiKey: 'k',
  })
  expect(await found('http://127.0.0.1:1/behind/a/proxy/', 'k')).toMatchObject({
    apiUrl: 'http://127.0.0.1:1/behind/a/proxy',
  })
  expect(await found('http://127.0.0.1:1')).toEqual({code: 'invalid_environment', exit: 2})
  expect(await found('127.0.0.1:1', 'k')).toEqual({code: 'invalid_environment', exit: 2})
  expect(await found('nonsense', 'k')).toEqual({code: 'invalid_environment', exit: 2})
})

test('a name that is given goes before what was selected; a flag goes before the address of the environment, too', async () => {
  await store('local.json', {api_url: 'http://127.0.0.1:8636/api/v1'})
  const work = {api_url: 'https://todo.example/api/v1', api_key: 'k2', key_id: 'id2'}
  await store('credentials.json', {local: {api_key: 'k1'}, work, given: {api_url: work.api_url, api_key: 'k3'}})
  await selectContext(paths(), 'local')
  const named = async (name: string, byFlag = false) =>
    await found('http://127.0.0.1:1', 'k4', byFlag ? {name, byFlag} : undefined)
  expect(await found(undefined, undefined, {name: 'work', byFlag: false})).toMatchObject({name: 'work', keyId: 'id2'})
  expect(await found(undefined, undefined, {name: 'given', byFlag: true})).toMatchObject({
    apiKey: 'k3',
    keyId: undefined,
  })
  expect(await named('work')).toMatchObject({name: '127.0.0.1:1', apiKey: 'k4'})
  expect(await named('work', true)).toMatchObject({name: 'work', apiKey: 'k2'})
  expect(await named('local', true)).toMatchObject({name: 'local', apiKey: 'k1'})
  expect(await named('host', true)).toEqual({code: 'not_running', exit: 6})
  expect(await named('wrk', true)).toEqual({code: 'unknown_context', exit: 3})
})

test('what was selected and is gone since gives way to what runs here', async () => {
  await store('local.json', {api_url: 'http://127.0.0.1:8636/api/v1'})
  await store('credentials.json', {local: {api_key: 'k1'}})
  await selectContext(paths(), 'work')
  expect(await found()).toMatchObject({name: 'local'})
})

test('a command finds its way by the state files', async () => {
  const api = await FakeApi.start(NOW)
  try {
    await store('local.json', {api_url: `${api.url}/api/v1`})
    await store('credentials.json', {local: {api_key: api.key}})
    const {code, stdout} = await runCli(['task', 'add', 'X', '--json'], {home})
    expect([code, JSON.parse(stdout).id]).toEqual([0, 1])
    const alone = await runCli([], {home, tty: 80})
    expect(alone.stdout).toContain(`local · ${api.url}`)
  } finally {
    await api.stop()
  }
  const away = await runCli(['task', 'list'], {home})
  expect(away.code).toBe(6)
  expect(away.stderr).toContain('todo5 up        starts it again')
})
