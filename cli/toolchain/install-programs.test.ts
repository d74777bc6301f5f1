import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdir, readFile, rm, stat, truncate, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest'
import type {CliError} from '../errors.ts'
import {wrapGoMod} from './build-with-go.ts'
import {findPrograms} from './find-programs.ts'
import {GO_RECIPES, goVersionOf} from './go-recipes.ts'
import type {InstallEvent} from './install-event.ts'
import {installPrograms, type InstallRequest} from './install-programs.ts'
import {BUNDLES, DURABLETASK_FOR_BUILD} from './program-table.ts'
import {stackPrograms} from './stack-programs.ts'
import {ReleaseServer} from './testing/release-server.ts'
import {daprPath, KAFKA_PATH, packed, publish, TestMachine} from './testing/test-machine.ts'

const RELEASE = BUNDLES.dapr.release!
const BUILT = BUNDLES.dapr.registry!

// The programs of these machines are processes of Node: 50 ms each, or seconds beside a build.
vi.setConfig({testTimeout: 300_000})

let server: ReleaseServer
let machine: TestMachine
let events: InstallEvent[]
beforeEach(async () => {
  server = await ReleaseServer.start()
  await publish(server)
  machine = await TestMachine.make()
  machine.mirror = server.url
  await machine.java()
  events = []
})
afterEach(async () => {
  await server.stop()
  await machine.remove()
})

const install = async (request: Partial<InstallRequest> = {}) =>
  await installPrograms({
    toolchain: machine.toolchain,
    signal: new AbortController().signal,
    onEvent: (event) => events.push(event),
    ...request,
  })
const refused = async (request: Partial<InstallRequest> = {}): Promise<CliError> =>
  await install(request).then(
    () => Promise.reject(new Error('it did not fail')),
    (error: unknown) => error as CliError,
  )
const notes = (): string[] => events.flatMap((event) => (event.kind === 'note' ? [event.text] : []))
const inFolder = (...path: string[]): string => join(machine.toolchain.folder, ...path)

describe('by release', () => {
  test('downloaded, verified, unpacked, recorded; a second time nothing is asked', async () => {
    const found = await install()
    expect(stackPrograms(found)).toEqual({
      daprd: inFolder(`dapr-${RELEASE}`, 'daprd'),
      scheduler: inFolder(`dapr-${RELEASE}`, 'scheduler'),
      sentry: inFolder(`dapr-${RELEASE}`, 'sentry'),
      kafkaLibs: inFolder('kafka-4.4.0', 'libs'),
      java: join(machine.bin, 'java'),
      zipkinJar: null,
      prometheus: null,
    })
    expect(found.find(({program}) => program === 'kafka')).toMatchObject({
      version: '4.4.0',
      from: 'release',
      size: 300_003,
    })
    expect((await stat(inFolder(`dapr-${RELEASE}`, 'daprd'))).mode & 0o777).toBe(0o755)
    const lock = JSON.parse(await readFile(inFolder('checksums.json'), 'utf8')) as Record<string, string>
    expect(Object.keys(lock)).toHaveLength(4)
    expect(lock[`dapr/v${RELEASE}/daprd_linux_amd64.tar.gz`]).toMatch(/^sha256:[\da-f]{64}$/u)
    expect(await machine.folders()).toEqual(['checksums.json', `dapr-${RELEASE}`, 'downloads', 'kafka-4.4.0'])
    expect(await machine.log()).toBe('')

    const asked = server.requests.length
    expect(await install()).toEqual(found)
    expect(server.requests).toHaveLength(asked)
  })

  test('what is not what the publisher says is not used, and no other way is taken for it', async () => {
    server.put(KAFKA_PATH, await packed({'kafka_2.13-4.4.0/libs/kafka_2.13-4.4.0.jar': 'another'}))
    const error = await refused({programs: ['kafka']})
    expect(error).toMatchObject({code: 'wrong_checksum', exit: 5})
    expect(error.message).toContain(KAFKA_PATH)
    expect(server.gets(KAFKA_PATH)).toHaveLength(2)
    expect(await machine.folders()).toEqual(['downloads'])
    expect((await findPrograms(machine.toolchain)).find(({program}) => program === 'kafka')?.path).toBeNull()
  })

  test('a checksum that is another one than the first time is refused before anything is downloaded', async () => {
    await install({programs: ['kafka']})
    await rm(inFolder('kafka-4.4.0'), {recursive: true})
    server.putWithChecksum(KAFKA_PATH, await packed({'kafka_2.13-4.4.0/libs/kafka_2.13-4.4.0.jar': 'new'}), 'sha512')
    expect(await refused({programs: ['kafka']})).toMatchObject({code: 'checksum_changed', exit: 4})
    expect(server.gets(KAFKA_PATH)).toHaveLength(1)
    await writeFile(inFolder('checksums.json'), '{')
    expect(await refused({programs: ['kafka']})).toMatchObject({code: 'lock_damaged', exit: 4})
  })

  test('a download that is cut is gone on with; one that was begun by another process, too', async () => {
    server.trouble(KAFKA_PATH, {stallAfter: 100_000})
    const cutOnce = (event: InstallEvent): void => {
      if (event.kind === 'progress' && event.text.startsWith('downloading') && server.gets(KAFKA_PATH).length === 1)
        server.cut()
    }
    await install({programs: ['kafka'], onEvent: cutOnce})
    expect(server.gets(KAFKA_PATH)).toEqual([`GET ${KAFKA_PATH}`, expect.stringMatching(/ from [1-9]\d+$/u)])

    await rm(inFolder('kafka-4.4.0'), {recursive: true})
    server.trouble(KAFKA_PATH, {stallAfter: 150_000})
    const controller = new AbortController()
    const stop = new Error('stop')
    const interrupted = install({
      programs: ['kafka'],
      signal: controller.signal,
      onEvent: (event) => {
        if (event.kind === 'progress' && event.text.startsWith('downloading')) controller.abort(stop)
      },
    })
    await expect(interrupted).rejects.toBe(stop)
    expect(await machine.folders()).toEqual(['checksums.json', 'downloads'])
    const before = server.gets(KAFKA_PATH).length
    await install({programs: ['kafka']})
    expect(server.gets(KAFKA_PATH).slice(before)).toEqual([expect.stringMatching(/ from [1-9]\d+$/u)])
  })

  test('what was left by an earlier download and is wrong is fetched anew', async () => {
    await mkdir(inFolder('downloads'), {recursive: true})
    await writeFile(inFolder('downloads', 'kafka-4.4.0-kafka_2.13-4.4.0.tgz'), 'something else')
    await install({programs: ['kafka']})
    expect(server.gets(KAFKA_PATH)).toEqual([`GET ${KAFKA_PATH} from 14`, `GET ${KAFKA_PATH}`])
  })

  test('a file that was cut or lost afterwards is noticed', async () => {
    await install({programs: ['daprd']})
    await truncate(inFolder(`dapr-${RELEASE}`, 'daprd'), 3)
    expect((await findPrograms(machine.toolchain)).find(({program}) => program === 'daprd')?.path).toBeNull()
    await install({programs: ['daprd']})
    await rm(inFolder(`dapr-${RELEASE}`, 'sentry'))
    await install({programs: ['daprd']})
    expect(server.gets(daprPath('daprd'))).toHaveLength(3)
    expect(await machine.folders()).toEqual(['checksums.json', `dapr-${RELEASE}`, 'downloads'])
  })
})

describe('by registry', () => {
  test('a release that is refused leads there, and says so', async () => {
    server.trouble(`${daprPath('scheduler')}.sha256`, {status: 404})
    await machine.go()
    const found = await install({programs: ['scheduler']})
    expect(found[0]).toMatchObject({
      program: 'daprd',
      version: BUILT,
      from: 'registry',
      path: inFolder(`dapr-${BUILT}`, 'daprd'),
    })
    expect(notes()).toEqual([
      `Dapr ${RELEASE} cannot be had as a release: ${server.url}${daprPath('scheduler')}.sha256 answered with HTTP 404. Its package registry has ${BUILT}.`,
    ])
    expect(await machine.folders()).toEqual(['checksums.json', `dapr-${BUILT}`, 'downloads'])
    const said = events.flatMap((event) => (event.kind === 'progress' ? [event.text] : []))
    expect(said).toContainEqual(expect.stringMatching(/^building sentry: /u))
  })

  test('without a network to the publishers all comes from there; Go and Maven are asked for the pinned versions', async () => {
    await server.stop()
    await machine.go()
    await machine.maven()
    const found = await install({programs: ['daprd', 'kafka', 'zipkin']})
    expect(found.filter(({from}) => from === 'registry').map(({program}) => program)).toEqual([
      'daprd',
      'scheduler',
      'sentry',
      'kafka',
      'zipkin',
    ])
    expect(notes()).toHaveLength(3)
    expect(notes()[1]).toContain('cannot be reached (ECONNREFUSED)')
    const log = await machine.log()
    expect(log).toContain(`go mod download -json github.com/dapr/dapr@v${BUILT}`)
    expect(log).toContain(`-X github.com/dapr/dapr/pkg/buildinfo.version=${BUILT}`)
    expect(log).toContain('module todo5.local/dapr')
    expect(log).toMatch(/mvn .*:copy-dependencies -Dkafka\.version=4\.4\.0/u)
    expect(log).toMatch(/mvn .*-Dartifact=io\.zipkin:zipkin-server:3\.6\.1:jar:exec/u)
  })

  test('--from registry goes there at once, though a release is there', async () => {
    await machine.go()
    await install({programs: ['daprd']})
    const asked = server.requests.length
    const found = await install({programs: ['daprd'], from: 'registry'})
    expect(server.requests).toHaveLength(asked)
    expect(await machine.folders()).toContain(`dapr-${BUILT}`)
    // What is found is the release still: it goes first.
    expect(found[0]).toMatchObject({version: RELEASE})
  })

  test('--from release goes nowhere else', async () => {
    await machine.go()
    server.trouble(`${daprPath('daprd')}.sha256`, {status: 404})
    expect(await refused({programs: ['daprd'], from: 'release'})).toMatchObject({code: 'release_unavailable', exit: 6})
    expect(await machine.log()).toBe('')
  })

  test('no Go, no Maven: which program to get', async () => {
    await server.stop()
    const error = await refused({programs: ['daprd']})
    expect(error).toMatchObject({code: 'program_missing', exit: 4, message: 'There is no go on the PATH.'})
    expect(await refused({programs: ['kafka']})).toMatchObject({code: 'program_missing'})
    expect(await machine.folders()).toEqual([])
  })

  test('a build that fails: its last lines, and nothing left', async () => {
    await machine.go("console.error('main.go:7: undefined: x'); process.exit(2)")
    const error = await refused({programs: ['daprd'], from: 'registry'})
    expect(error).toMatchObject({code: 'program_failed', exit: 5})
    expect(error.message).toBe(`${join(machine.bin, 'go')} build failed (exit code 2).`)
    expect(error.excerpt.join('\n')).toContain('main.go:7: undefined: x')
    expect(await machine.folders()).toEqual([])
  })

  test('interrupted, the build and what it started are gone, and so is the folder', async () => {
    await machine.go(`const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  log('pids ' + process.pid + ' ' + child.pid)
  process.on('SIGINT', () => undefined) // as one that hangs
  setInterval(() => undefined, 1000)
  return`)
    const controller = new AbortController()
    const running = refused({programs: ['daprd'], from: 'registry', signal: controller.signal})
    const pids = await vi.waitFor(
      async () =>
        /pids (\d+) (\d+)/u
          .exec(await machine.log())!
          .slice(1)
          .map(Number),
      {timeout: 90_000},
    )
    controller.abort(new Error('stop'))
    expect(await running).toMatchObject({message: 'stop'})
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    expect(await machine.folders()).toEqual([])
  }, 60_000)

  test('upstream’s go.mod becomes the one of a module that requires upstream', () => {
    const upstream = 'module github.com/dapr/dapr\n\ngo 1.26.6\n\nreplace a => b v1.0.0\n'
    expect(wrapGoMod(upstream, GO_RECIPES.dapr!)).toBe(`module todo5.local/dapr

go 1.26.6

replace a => b v1.0.0

require github.com/dapr/dapr v1.18.3

replace github.com/dapr/durabletask-go => github.com/dapr/durabletask-go ${DURABLETASK_FOR_BUILD}
`)
  })
})

test('a release of Prometheus has its module', () => {
  expect([goVersionOf('3.5.1'), goVersionOf('3.13.5')]).toEqual(['v0.305.1', 'v0.313.5'])
})

describe('one at a time', () => {
  test('of two at once one works and the other waits for it', async () => {
    const all = await Promise.all([install(), install(), install()])
    expect(all[1]).toEqual(all[0])
    for (const path of [KAFKA_PATH, daprPath('daprd')]) expect(server.gets(path)).toHaveLength(1)
  })

  test('who waits says for what, and may be interrupted', async () => {
    await mkdir(machine.toolchain.folder, {recursive: true})
    const lock = await machine.toolchain.takeLock({waitMs: 0})
    const controller = new AbortController()
    const waiting = refused({programs: ['kafka'], signal: controller.signal})
    await vi.waitFor(() => expect(notes()).toHaveLength(1), {timeout: 90_000})
    expect(notes()[0]).toBe(`Another todo5 installs into ${machine.toolchain.folder}; waiting for it.`)
    controller.abort(new Error('stop'))
    expect(await waiting).toMatchObject({name: 'AbortError'})
    lock!.release()
    expect(server.requests).toEqual([])
  })

  test('a holder that was killed holds nothing, and what it left half done is removed', async () => {
    await mkdir(inFolder('.making-kafka-dead', 'libs'), {recursive: true})
    await mkdir(inFolder('.old-dead'), {recursive: true})
    const lockModule = join(import.meta.dirname, '..', '..', 'services', 'local', 'instance-lock.ts')
    const script = `const {takeLock} = await import(${JSON.stringify(lockModule)})
await takeLock(${JSON.stringify(machine.toolchain.folder)}, {name: 'toolchain.lock'})
console.log('held'); setInterval(() => undefined, 1000)`
    const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(holder.stdout, 'data')
    const waiting = install({programs: ['kafka']})
    await vi.waitFor(() => expect(notes()).toHaveLength(1), {timeout: 90_000})
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    await waiting
    expect(await machine.folders()).toEqual(['checksums.json', 'downloads', 'kafka-4.4.0'])
  })
})

describe('what must be there', () => {
  test('without Java nothing is begun', async () => {
    await machine.java('11.0.2')
    const error = await refused()
    expect(error).toMatchObject({code: 'programs_missing', exit: 4})
    expect(error.hints.join('\n')).toContain('java: ')
    expect(error.hints.join('\n')).toMatch(/version 11\.0\.2; wanted is 17 or newer/u)
    expect(server.requests).toEqual([])
  })

  test('what the stack can do without is left out with a note, and missed when it is asked for by name', async () => {
    const found = await install({optional: true})
    expect(found.filter(({path}) => path === null).map(({program}) => program)).toEqual([
      'zipkin',
      'prometheus',
      'promtool',
    ])
    expect(notes().map((text) => text.split(':')[0])).toEqual([
      'Zipkin 3.6.1 cannot be had as a release',
      'Zipkin is left out',
      'Prometheus 3.13.5 cannot be had as a release',
      'Prometheus is left out',
    ])
    expect(await refused({programs: ['promtool']})).toMatchObject({code: 'program_missing', exit: 4})
    expect(await refused({programs: ['prometheus'], from: 'release'})).toMatchObject({
      code: 'release_unavailable',
      exit: 6,
    })
  })
})
