import {createGzip} from 'node:zlib'
import {join} from 'node:path'
import {execa} from 'execa'
import {afterEach, beforeAll, expect, test} from 'vitest'
import {checkPrintedJson} from '../../cli/testing/printed-json.ts'
import {DOCKER_FLAGS} from '../../cli/tools/fake/programs.ts'
import {Containers, docker, dockered} from './docker.ts'

const ROOT = join(import.meta.dirname, '../..')
/** One that is there already, in place of one that is built for this: minutes. */
const GIVEN = process.env['TODO5_TEST_IMAGE']
const IMAGE = GIVEN ?? 'todo5:test'
const SERVICES = ['task-service', 'recurring-task-service', 'notification-service', 'audit-service', 'chat-api']
const HARDENED = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges']
const ALL = ['--env', 'PUBLIC_URL=http://localhost:8636']

beforeAll(async () => {
  if (GIVEN !== undefined) return
  const argv = ['image', 'build', '--tag', IMAGE, '--json', '--quiet']
  const {stdout} = await execa(process.execPath, [join(ROOT, 'bin/run.js'), ...argv])
  checkPrintedJson({argv, stdout: `${stdout}\n`, code: 0})
})

const containers = new Containers()
afterEach(async () => await containers.remove())

/** Of what is sent to a registry. */
async function compressedBytes(): Promise<number> {
  const saved = execa('docker', ['save', IMAGE], {stdout: 'pipe', buffer: false})
  const gzip = saved.stdout.pipe(createGzip({level: 6}))
  let bytes = 0
  for await (const chunk of gzip as AsyncIterable<Buffer>) bytes += chunk.length
  await saved
  return bytes
}

test('the flags that todo5 gives to Docker are flags of Docker', async () => {
  for (const [command, flags] of Object.entries(DOCKER_FLAGS)) {
    const help = (await docker(...command.split(' '), '--help')).all
    for (const flag of flags) expect([command, flag, help.includes(`${flag} `)]).toEqual([command, flag, true])
  }
})

test('it is small enough to send, says what it is, and holds nothing of development', async () => {
  expect(await compressedBytes()).toBeLessThan(250_000_000)
  const [{Architecture: architecture, Config: config, Os: os}] = JSON.parse(await dockered('image', 'inspect', IMAGE))
  expect(config.Labels).toMatchObject({
    'org.opencontainers.image.title': 'todo5',
    'org.opencontainers.image.licenses': 'MIT',
    'org.opencontainers.image.version': expect.stringMatching(/^\d+\.\d+\.\d+/u),
  })
  expect(config).toMatchObject({User: '1000:1000', StopSignal: 'SIGTERM'})
  const list = await dockered('run', '--rm', '--entrypoint', 'ls', IMAGE, '/app', '/app/node_modules')
  for (const name of ['vitest', 'typescript', 'rolldown', 'react-dom', 'test', 'package-lock.json', '.git']) {
    expect(list.split('\n')).not.toContain(name)
  }
  expect(`${os}/${architecture}`).toMatch(/^linux\/(amd64|arm64)$/u)
})

test('each service is there: without its configuration it says what is missing and ends with 2', async () => {
  for (const name of [...SERVICES, 'mailbox', 'migrate', 'all']) {
    const {exitCode, all} = await docker('run', '--rm', ...HARDENED, IMAGE, name)
    expect([name, exitCode, /(PORT|DATABASE_URL|PUBLIC_URL) is not set/u.test(all)]).toEqual([name, 2, true])
  }
  for (const words of [['nobody'], ['task-service', 'more'], ['--help']]) {
    expect([words, (await docker('run', '--rm', IMAGE, ...words)).exitCode]).toEqual([words, 2])
  }
  expect(await dockered('run', '--rm', ...HARDENED, IMAGE, 'cli', '--version')).toMatch(/^todo5 \d/u)
})

for (const init of [[], ['--init']]) {
  test(`all of todo5 runs on a root file system that cannot be written, and ends in order, ${init[0] ?? 'as process 1'}`, async () => {
    const container = await containers.start([...init, ...HARDENED, ...ALL], IMAGE)
    await expect.poll(container.logs).toContain('"message":"ready"')
    expect((await container.exec('id', '-u')).trim()).toBe('1000')
    await expect(container.exec('touch', '/app/x')).rejects.toThrow('Read-only')
    expect(await container.exec('todo5', 'task', 'add', 'in a container', '--quiet')).toContain('in a container')
    expect(await container.exec('todo5', 'task', 'list')).toContain('in a container')
    const {exitCode, ms} = await container.stop()
    expect(exitCode).toBe(0)
    expect(ms).toBeLessThan(100_000)
    expect(await container.logs()).toContain('"message":"stopped"')
    // The same volume, as after an upgrade.
    await dockered('start', container.name)
    await expect.poll(async () => (await container.logs()).split('"message":"ready"').length).toBe(3)
    expect(await container.exec('todo5', 'task', 'list')).toContain('in a container')
  })
}

test('a service that waits for its database ends when it is asked to, with and without an init', async () => {
  for (const init of [[], ['--init']]) {
    const env = {PORT: '3000', APP_API_TOKEN: 'x'.repeat(16), DATABASE_URL: 'postgres://a:b@127.0.0.1:9/c'}
    const flags = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`])
    const container = await containers.start([...init, ...HARDENED, ...flags], IMAGE, 'audit-service')
    await expect.poll(container.logs).toContain('waiting')
    expect((await container.stop()).exitCode).toBe(0)
  }
})
