import {mkdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {findPrograms, type FoundProgram} from './find-programs.ts'
import type {ProgramName} from './program-table.ts'
import {stackPrograms} from './stack-programs.ts'
import {TestMachine} from './testing/test-machine.ts'

// The programs of these machines are processes of Node: 50 ms each, or seconds beside a build.
vi.setConfig({testTimeout: 300_000})

let machine: TestMachine
beforeEach(async () => {
  machine = await TestMachine.make()
})
afterEach(async () => {
  await machine.remove()
})

const find = async (program: ProgramName, toolchain = machine.toolchain): Promise<FoundProgram> =>
  (await findPrograms(toolchain)).find((found) => found.program === program)!

const dapr = async (version: string, folder?: string): Promise<void> => {
  await machine.program('daprd', `console.log('${version}')`, folder)
  await machine.program('scheduler', "console.error('--etcd-data-dir string')", folder)
  await machine.program('sentry', "console.error('--trust-domain string')", folder)
}

test('an empty machine has nothing, and the stack says what it needs', async () => {
  const found = await findPrograms(machine.toolchain)
  expect(found.every(({path}) => path === null)).toBe(true)
  expect(() => stackPrograms(found)).toThrow('daprd, scheduler, sentry, kafka, java')
})

test('Dapr on the PATH, when all three are there in a good version', async () => {
  await dapr('1.18.4')
  expect(await find('sentry')).toMatchObject({version: '1.18.4', from: 'path', path: join(machine.bin, 'sentry')})
})

test.each(['1.18.2', '1.20.0'])('Dapr %s is not good', async (version) => {
  await dapr(version)
  expect(await find('daprd')).toMatchObject({path: null, problem: expect.stringContaining(`is version ${version}`)})
})

test('a program of the same name that is not the one of Dapr', async () => {
  await dapr('1.18.5')
  await machine.program('sentry', "console.log('sentry-cli 2.0.0')")
  expect(await find('daprd')).toMatchObject({path: null, problem: expect.stringContaining('is not the one of Dapr')})
})

test('a daprd alone, and one that does not start', async () => {
  await machine.program('daprd', "console.log('1.18.5')")
  expect((await find('daprd')).problem).toContain('has no scheduler beside it')
  await machine.program('daprd', 'process.exit(1)')
  expect((await find('daprd')).problem).toContain('does not say its version')
})

test('Kafka by the script that starts it, with the jars beside it', async () => {
  const home = join(machine.root, 'kafka')
  await machine.program('kafka-server-start.sh', '', join(home, 'bin'))
  const toolchain = {...machine.toolchain, searchPath: join(home, 'bin')}
  expect((await find('kafka', toolchain)).problem).toContain('has no jars of Kafka near it')
  await mkdir(join(home, 'libs'))
  await writeFile(join(home, 'libs', 'kafka_2.13-4.1.0.jar'), 'jar')
  expect(await find('kafka', toolchain)).toMatchObject({version: '4.1.0', path: join(home, 'libs'), size: 3})
})

test('an old Kafka is not good', async () => {
  const home = join(machine.root, 'kafka')
  await machine.program('kafka-server-start', '', join(home, 'bin'))
  await mkdir(join(home, 'libexec', 'libs'), {recursive: true})
  await writeFile(join(home, 'libexec', 'libs', 'kafka_2.12-3.9.0.jar'), 'jar')
  const toolchain = {...machine.toolchain, searchPath: join(home, 'bin')}
  expect(await find('kafka', toolchain)).toMatchObject({path: null, problem: expect.stringContaining('3.9.0')})
})

test('Java of JAVA_HOME goes before the PATH; a PATH folder that is relative does not count', async () => {
  await machine.java('17.0.15')
  const javaHome = join(machine.root, 'jdk')
  expect(await find('java')).toMatchObject({version: '17.0.15', path: join(machine.bin, 'java')})
  const said = 'process.stderr.write(\'openjdk version "21.0.1"\')'
  const path = await machine.program('java', said, join(javaHome, 'bin'))
  expect(await find('java', {...machine.toolchain, javaHome})).toMatchObject({version: '21.0.1', path})
  expect((await find('java', {...machine.toolchain, searchPath: 'bin:.'})).path).toBeNull()
})

test('Prometheus by what it says', async () => {
  await machine.program('prometheus', "console.log('prometheus, version 2.42.0+ds (branch: debian/sid)')")
  expect(await find('prometheus')).toMatchObject({version: '2.42.0', from: 'path', needed: false})
  expect(await find('promtool')).toMatchObject({path: null})
  await machine.program('promtool', '')
  expect(await find('promtool')).toMatchObject({version: '2.42.0', from: 'path'})
})
