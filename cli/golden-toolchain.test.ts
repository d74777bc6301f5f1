import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {ReleaseServer} from './toolchain/testing/release-server.ts'
import {publish, TestMachine} from './toolchain/testing/test-machine.ts'
import {ROOT, runCli, transcript} from './testing/run-cli.ts'

// The programs of these machines are processes of Node: 50 ms each, or seconds beside a build.
vi.setConfig({testTimeout: 300_000})

let server: ReleaseServer
let machine: TestMachine
let home: string
let mirror: string
beforeEach(async () => {
  server = await ReleaseServer.start()
  mirror = server.url
  await publish(server)
  machine = await TestMachine.make()
  await machine.java()
  home = await mkdtemp(join(tmpdir(), 'todo5-home-'))
})
afterEach(async () => {
  await server.stop()
  await machine.remove()
  await rm(home, {recursive: true, force: true})
})

const environment = () => ({
  PATH: machine.bin,
  TODO5_HOME: home,
  TODO5_TOOLCHAIN: machine.toolchain.folder,
  TODO5_TOOLCHAIN_MIRROR: mirror,
})
const run = async (...line: string[]) => await runCli(['toolchain', ...line], {env: environment(), home})
const shown = async (...line: string[]): Promise<string> =>
  transcript(await run(...line))
    .replaceAll(machine.root, '/m')
    .replaceAll(mirror, 'https://mirror')
    .replaceAll(/\d+ s$/gmu, 'N s')
    .replaceAll(/[\d.]+ of [\d.]+ MiB/gu, 'N of N MiB')

test('list says what is missing and how to get it', async () => {
  expect(await shown('list')).toMatchInlineSnapshot(`
    "PROGRAM     VERSION    FROM      SIZE  PATH
    daprd       missing
    scheduler   missing
    sentry      missing
    kafka       missing
    java        17.0.15    PATH  < 0.1 MB  /m/bin/java
    zipkin      not there
    prometheus  not there
    promtool    not there
    | todo5 toolchain install        gets what is missing
    (exit 0)"
  `)
})

test('list, install and path', async () => {
  expect(await shown('install')).toMatchInlineSnapshot(`
    "PROGRAM     VERSION    FROM         SIZE  PATH
    daprd       1.18.5     release  < 0.1 MB  /m/toolchain/dapr-1.18.5/daprd
    scheduler   1.18.5     release  < 0.1 MB  /m/toolchain/dapr-1.18.5/scheduler
    sentry      1.18.5     release  < 0.1 MB  /m/toolchain/dapr-1.18.5/sentry
    kafka       4.4.0      release    0.3 MB  /m/toolchain/kafka-4.4.0/libs
    java        17.0.15    PATH     < 0.1 MB  /m/bin/java
    zipkin      not there
    prometheus  not there
    promtool    not there
    | Dapr: downloading daprd_linux_amd64.tar.gz, N of N MiB
    | Dapr: verifying daprd_linux_amd64.tar.gz
    | Dapr: unpacking daprd_linux_amd64.tar.gz
    | Dapr: downloading scheduler_linux_amd64.tar.gz, N of N MiB
    | Dapr: verifying scheduler_linux_amd64.tar.gz
    | Dapr: unpacking scheduler_linux_amd64.tar.gz
    | Dapr: downloading sentry_linux_amd64.tar.gz, N of N MiB
    | Dapr: verifying sentry_linux_amd64.tar.gz
    | Dapr: unpacking sentry_linux_amd64.tar.gz
    | Dapr 1.18.5, official release, N s
    | Kafka: downloading kafka_2.13-4.4.0.tgz, N of N MiB
    | Kafka: verifying kafka_2.13-4.4.0.tgz
    | Kafka: unpacking kafka_2.13-4.4.0.tgz
    | Kafka 4.4.0, official release, N s
    (exit 0)"
  `)
  expect(await shown('path', 'kafka')).toBe('/m/toolchain/kafka-4.4.0/libs\n(exit 0)')
  const {folder, programs} = JSON.parse((await run('list', '--json')).stdout)
  expect(folder).toBe(machine.toolchain.folder)
  expect(programs).toHaveLength(8)
  expect(programs[3]).toEqual({
    program: 'kafka',
    needed: true,
    version: '4.4.0',
    from: 'release',
    path: join(folder, 'kafka-4.4.0', 'libs'),
    size_bytes: 300_003,
    problem: null,
  })
  expect(JSON.parse((await run('path', 'kafka', '--json')).stdout)).toEqual(programs[3])
  const again = JSON.parse((await run('install', '--json')).stdout)
  expect(again).toEqual({folder, programs, notes: []})
  expect(await shown('install', '--dry-run')).toBe(' 1  nothing: all is there\n(exit 0)')
})

test('what is not there: exit 3; what is no program: exit 2', async () => {
  expect(await shown('path', 'zipkin')).toMatchInlineSnapshot(`
    "| Error: This machine has no zipkin that is good.  [program_missing, exit 3]
    | Try:   todo5 toolchain install zipkin
    (exit 3)"
  `)
  expect(JSON.parse((await run('path', 'daprd', '--json')).stdout)).toMatchObject({error: {code: 'program_missing'}})
  expect((await run('path', 'zookeeper')).code).toBe(2)
  expect((await run('install', 'zookeeper')).code).toBe(2)
  expect((await run('path')).code).toBe(2)
})

test('the steps that would be taken, with their commands; nothing is changed', async () => {
  const {stdout} = await run('install', 'daprd', 'kafka', '--dry-run')
  expect(stdout).toContain(`download ${server.url}/dapr/v1.18.5/daprd_linux_amd64.tar.gz, verify it by `)
  expect(stdout).toContain('if Dapr 1.18.5 cannot be had: go mod download -json github.com/dapr/dapr@v1.18.3')
  expect(stdout).toMatch(/if Kafka 4\.4\.0 cannot be had: mvn .* -Dkafka\.version=4\.4\.0 /u)
  expect(await shown('install', 'zipkin', '--from', 'registry', '--dry-run')).toMatchInlineSnapshot(`
    " 1  mvn --batch-mode --strict-checksums org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -Dartifact=io.zipkin:zipkin-server:3.6.1:jar:exec -DoutputDirectory=/m/toolchain/zipkin-3.6.1
    (exit 0)"
  `)
  expect(server.requests).toEqual([])
  await expect(readdir(machine.toolchain.folder)).rejects.toThrow('ENOENT')
})

test('a build on the way, said in lines; --quiet says nothing', async () => {
  await server.stop()
  await machine.go()
  await machine.maven()
  const {code, stderr} = await run('install')
  expect(code).toBe(0)
  expect(stderr).toMatch(/^Dapr 1\.18\.5 cannot be had as a release: .* Its package registry has 1\.18\.3\.$/mu)
  expect(stderr).toMatch(/^Dapr: building scheduler: /mu)
  expect(stderr).toMatch(/^Dapr 1\.18\.3, package registry, \d+ s$/mu)
  await rm(machine.toolchain.folder, {recursive: true})
  expect((await run('install', '--quiet')).stderr).toBe('')
})

test('what must not be: exit 4 without Java, 5 for a wrong checksum, 6 when nobody answers', async () => {
  server.put('/kafka/4.4.0/kafka_2.13-4.4.0.tgz', 'x')
  expect(await shown('install', 'kafka')).toContain('[wrong_checksum, exit 5]')
  expect(await shown('install', 'zipkin', '--from', 'release')).toContain('[release_unavailable, exit 6]')
  await rm(join(machine.bin, 'java'))
  expect(await shown('install')).toMatchInlineSnapshot(`
    "| Error: The real stack needs java, and this machine has none that is good.
    |        [programs_missing, exit 4]
    | Try:   Java 17 or newer: apt install openjdk-17-jre-headless · brew install openjdk@21 ·
    |        https://adoptium.net
    (exit 4)"
  `)
})

test('Ctrl-C ends a build and all that it started, and leaves nothing half done', async () => {
  await machine.go(`const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  log('pids ' + process.pid + ' ' + child.pid)
  setInterval(() => undefined, 1000)
  return`)
  const args = [join(ROOT, 'bin', 'dev.js'), 'toolchain', 'install', 'daprd', '--from', 'registry']
  const cli = spawn(process.execPath, args, {env: environment(), stdio: ['ignore', 'pipe', 'pipe']})
  let said = ''
  cli.stderr.on('data', (data: Buffer) => {
    said += data.toString()
  })
  const pids = await vi.waitFor(
    async () =>
      /pids (\d+) (\d+)/u
        .exec(await machine.log())!
        .slice(1)
        .map(Number),
    {
      timeout: 90_000,
    },
  )
  cli.kill('SIGINT')
  const [code] = (await once(cli, 'exit')) as [number]
  expect(code).toBe(130)
  expect(said).toContain('[interrupted, exit 130]')
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
  expect(await machine.folders()).toEqual([])
}, 300_000)
