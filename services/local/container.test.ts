import {mkdtemp, rm} from 'node:fs/promises'
import {request} from 'node:http'
import {text} from 'node:stream/consumers'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {createDatabase} from '../../test/support/postgres.ts'
import {freePorts} from '../../cli/supervisor/host/ports.ts'
import {start} from './container.ts'

const stop = new AbortController().signal
let home: string
beforeEach(async () => void (home = await mkdtemp(join(tmpdir(), 'todo5-container-'))))
afterEach(async () => rm(home, {recursive: true}))

/** fetch does not let one choose the Host. */
const get = async (port: number, path: string, host: string): Promise<{status: number; body: string}> =>
  new Promise((resolve, reject) => {
    const asked = request({port, path, host: '127.0.0.1', headers: {host}}, (response) => {
      text(response).then((body) => resolve({status: response.statusCode!, body}), reject)
    })
    asked.on('error', reject).end()
  })

test('it answers under its public name, keeps mails and numbers to itself, and signs nobody up who is not asked to', async () => {
  const {url} = await createDatabase('template1')
  const [port] = await freePorts(1)
  const lines: string[] = []
  const running = await start({
    environment: {
      TODO5_HOME: home,
      PORT: String(port),
      PUBLIC_URL: 'https://todo.example.org',
      DATABASE_URL: url,
      ALLOW_SIGN_UP: 'false',
      TRUSTED_PROXY_HOPS: '1',
    },
    stop,
    log: {write: (line) => lines.push(line)},
  })
  try {
    expect((await get(port!, '/healthz', 'todo.example.org')).status).toBe(200)
    expect((await get(port!, '/', 'todo.example.org')).body).toContain('<!doctype html>')
    for (const host of ['localhost', 'todo.example.org']) {
      for (const path of ['/mailbox', '/mailbox/1', '/metrics']) {
        expect([path, (await get(port!, path, host)).status]).toEqual([path, 404])
      }
    }
    const signUp = await fetch(`http://127.0.0.1:${port}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: {'content-type': 'application/json', origin: 'https://todo.example.org'},
      body: JSON.stringify({email: 'a@example.org', password: 'long enough, 12', name: 'A'}),
    })
    expect(signUp.status).toBeGreaterThanOrEqual(400)
    expect(signUp.status).toBeLessThan(500)
  } finally {
    await running.stop()
  }
  expect(lines.map((line) => JSON.parse(line).message)).toContain('stopped')
  await expect(get(port!, '/healthz', 'localhost')).rejects.toThrow()
})

test('a port that is taken, or a variable that is wrong, is said in words', async () => {
  const {url} = await createDatabase('template1')
  const server = (await import('node:http')).createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as {port: number}
  const environment = {TODO5_HOME: home, PUBLIC_URL: 'http://localhost:1', DATABASE_URL: url, PORT: String(port)}
  await expect(start({environment, stop, log: {write: () => undefined}})).rejects.toMatchObject({code: 'port_in_use'})
  server.close()
  const wrong = {TODO5_HOME: home, PUBLIC_URL: 'todo.example.org', MODEL_URL: 'http://m', TRUSTED_PROXY_HOPS: 'two'}
  await expect(start({environment: wrong, stop})).rejects.toMatchObject({
    faults: [{field: 'PUBLIC_URL'}, {field: 'TRUSTED_PROXY_HOPS'}],
  })
})
