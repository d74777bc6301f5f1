import {afterAll, beforeAll, expect, test} from 'vitest'
import {type RunOptions, type RunResult, runCli} from '../../cli/testing/run-cli.ts'
import {type EmbeddedTodo5, startEmbeddedTodo5} from '../support/embedded-todo5.ts'

let running: EmbeddedTodo5
beforeAll(async () => {
  running = await startEmbeddedTodo5()
})
afterAll(async () => await running.stop())

const cli = async (line: readonly string[], options: RunOptions = {}): Promise<RunResult> =>
  await runCli(line, {api: {url: running.todo5.apiUrl, key: running.todo5.localApiKey}, now: Date.now(), ...options})
const json = async (...line: string[]) => {
  const {code, stdout, stderr} = await cli([...line, '--json'])
  expect(stderr).toBe('')
  return {code, value: JSON.parse(stdout)}
}

test('a key is made, listed, used and revoked', async () => {
  const made = await cli(['token', 'create', 'backup script', '--expires', '30d'])
  expect(made).toMatchObject({code: 0, stderr: 'It is shown this once. Programs send it as x-api-key.\n'})
  const key = made.stdout.trim()
  expect(key).toMatch(/^todo5_\w+$/u)
  const works = async (): Promise<number> => (await running.call('GET', '/api/v1/profile', {'x-api-key': key})).status
  expect(await works()).toBe(200)

  const {value} = await json('token', 'list')
  const listed = value.keys.find(({name}: {name: string}) => name === 'backup script')
  expect(key.startsWith(listed.start)).toBe(true)
  expect(listed.current).toBe(false)
  const days = (Date.parse(listed.expires_at) - Date.parse(listed.created_at)) / 86_400_000
  expect(days).toBeCloseTo(30, 1)
  expect(value.keys.filter(({current}: {current: boolean}) => current)).toHaveLength(1)
  expect((await cli(['token', 'list'], {tty: 120})).stdout).toMatch(/^ +NAME .*\n/u)
  expect((await cli(['token', 'list'])).stdout).not.toContain(key)

  expect(await cli(['token', 'revoke', 'backup script', '--dry-run'])).toMatchObject({code: 0})
  expect((await json('token', 'revoke', 'backup script')).value.error.code).toBe('confirmation_needed')
  expect(await cli(['token', 'revoke', 'backup script'], {answer: 'n'})).toMatchObject({code: 4})
  expect(await works()).toBe(200)
  expect((await cli(['token', 'revoke', 'backup script'], {answer: 'y'})).stdout).toContain('Revoked backup script.')
  expect(await works()).toBe(401)
  expect((await json('token', 'revoke', 'backup script', '--yes')).value.error.code).toBe('not_found')
})

test('a key without an end; several with one name are told apart by their ids; the key in use stays', async () => {
  expect((await json('token', 'create', 'twice', '--no-end')).value).toMatchObject({name: 'twice', expires_at: null})
  const second = (await json('token', 'create', 'twice')).value
  const ambiguous = await json('token', 'revoke', 'twice', '--yes')
  expect(ambiguous).toMatchObject({code: 4, value: {error: {code: 'ambiguous'}}})
  expect(ambiguous.value.error.hints.join('\n')).toContain(second.id)
  expect((await json('token', 'revoke', second.id, '--yes')).value).toMatchObject({key: {id: second.id}})
  expect((await json('token', 'revoke', 'twice', '--yes')).code).toBe(0)
  const {value} = await json('token', 'list')
  const current = value.keys.find((key: {current: boolean}) => key.current)
  expect(await json('token', 'revoke', current.id, '--yes')).toMatchObject({
    code: 4,
    value: {error: {code: 'key_in_use'}},
  })
})

test('a token for a model may do what it names, at /mcp alone', async () => {
  const {code, value} = await json('token', 'create', '--scope', 'tasks:read', '--expires', '10m')
  expect(code).toBe(0)
  expect(value).toMatchObject({scopes: ['tasks:read'], audience: `${new URL(running.todo5.apiUrl).origin}/mcp`})
  const authorization = `Bearer ${value.token}`
  expect((await running.call('GET', '/api/v1/profile', {authorization})).status).toBe(401)
  const call = {jsonrpc: '2.0', id: 1, method: 'tools/list', params: {}}
  const headers = {authorization, accept: 'application/json, text/event-stream', 'mcp-protocol-version': '2025-06-18'}
  expect((await running.call('POST', '/mcp', headers, call)).status).toBe(200)
})

test('bad input is refused before anything is made', async () => {
  const refused = async (...line: string[]): Promise<unknown> => {
    const {code, value} = await json('token', 'create', ...line)
    return [code, value.error.code]
  }
  expect(await refused()).toEqual([2, 'name_missing'])
  expect(await refused('x', '--expires', 'soon')).toEqual([2, 'invalid_duration'])
  expect(await refused('x', '--scope', 'tasks:read')).toEqual([2, 'conflicting_flags'])
  expect(await refused('x', '--expires', '1m')).toEqual([2, 'invalid_request'])
  expect(await refused('--scope', 'tasks:read', '--expires', '2d')).toEqual([2, 'invalid_request'])
  expect(await refused('--scope', 'everything')).toEqual([2, 'invalid_value'])
})
