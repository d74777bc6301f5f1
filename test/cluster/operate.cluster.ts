import {execa} from 'execa'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {packagePath} from '../../services/package-root.ts'
import {Book} from '../support/faults/book.ts'
import {Load, signUp} from '../support/faults/load.ts'
import {CONTEXT, InstalledTodo5} from './installed-todo5.ts'

/**
 * The commands of operators in a cluster in which todo5 runs: one that is installed for this, or, with TODO5_NAMESPACE, the
 * one that is there. They only look.
 */
const GIVEN = process.env['TODO5_NAMESPACE']
const IMAGE = process.env['TODO5_TEST_IMAGE'] ?? 'todo5:0.1.0'

let installed: InstalledTodo5 | undefined
let env: Record<string, string>
beforeAll(async () => {
  if (GIVEN === undefined) {
    installed = await InstalledTodo5.install(IMAGE)
    // So that there are events.
    const user = await signUp(installed.apiUrl)
    await new Load(installed.apiUrl, [user], new Book()).addDaily(user)
  }
  env = {TODO5_NAMESPACE: GIVEN ?? installed!.namespace, TODO5_KUBE_CONTEXT: CONTEXT}
})
afterAll(async () => await installed?.remove())

const todo5 = async (...line: readonly string[]) =>
  await execa(process.execPath, [packagePath('bin', 'run.js'), ...line, '--target', 'minikube'], {reject: false, env})

async function json<T>(...line: readonly string[]): Promise<T> {
  const {exitCode, stdout, stderr} = await todo5(...line, '--json')
  expect([exitCode, stderr]).toEqual([0, ''])
  return JSON.parse(stdout) as T
}

/** Of commands; what Kubernetes is removing is gone soon. */
async function pods(): Promise<string[]> {
  const {stdout} = await execa('kubectl', [
    'get',
    'pods',
    `--context=${CONTEXT}`,
    `--namespace=${env['TODO5_NAMESPACE']}`,
    '--selector=app.kubernetes.io/component=operate',
    '--output=name',
  ])
  return stdout.split('\n').filter((line) => line !== '')
}

test('topics, consumers, dead letters, events and the outbox are read from inside', async () => {
  const {topics} = await json<{topics: {name: string}[]}>('topic', 'list')
  expect(topics.map(({name}) => name)).toEqual(expect.arrayContaining(['task-events', 'task-events-dlq']))
  const {consumers} = await json<{consumers: {group: string}[]}>('consumer', 'list')
  expect(consumers.map(({group}) => group)).toEqual(expect.arrayContaining(['audit-service']))
  expect(await json('dlq', 'list')).toMatchObject({total: expect.any(Number)})
  expect(await json('event', 'tail', '--lines', '3')).toMatchObject({events: expect.any(Array)})
  expect(await json('outbox', 'status')).toMatchObject({waiting: expect.any(Number), relay: {leads: true}})
  expect(await json('outbox', 'drain', '--via', 'kafka', '--dry-run')).toMatchObject({dry_run: true})
  expect(await json('db', 'status')).toMatchObject({conflict: null})
})

test('a reset shows from where to where, and changes nothing', async () => {
  const line = ['consumer', 'reset', 'audit-service', '--to-earliest', '--dry-run']
  expect(await json(...line)).toMatchObject({group: 'audit-service', dry_run: true})
})

test('a mistake there has its exit code and its sentence here, and no word of kubectl', async () => {
  const {exitCode, stderr} = await todo5('consumer', 'show', 'nobody')
  expect([exitCode, stderr]).toEqual([3, expect.stringContaining('[consumer_not_found, exit 3]')])
  expect(stderr).not.toContain('command terminated')
})

test('doctor finds nothing wrong: in the sidecars, the certificates, the clock, the database and the stream', async () => {
  const {stdout} = await execa(process.execPath, [packagePath('bin', 'run.js'), 'doctor', 'minikube', '--json'], {
    reject: false,
    env,
  })
  const {checks} = JSON.parse(stdout) as {checks: {area: string; check: string; state: string; found: string}[]}
  const found = checks.filter(({area}) => area === 'minikube')
  const looked =
    'dapr components subscriptions scheduler certificates clock database outbox kafka topics consumers dead_letters'.split(
      ' ',
    )
  expect(found.map(({check}) => check)).toEqual(expect.arrayContaining(looked))
  expect(found.filter(({check, state}) => looked.includes(check) && state !== 'ok')).toEqual([])
  await expect.poll(pods).toEqual([])
})

test('Ctrl-C ends what goes on, and no pod stays', async () => {
  const running = execa(
    process.execPath,
    [packagePath('bin', 'run.js'), 'event', 'tail', '--follow', '--since', '7d', '--target', 'minikube'],
    {reject: false, env, buffer: false},
  )
  await new Promise((resolve) => running.stdout.once('data', resolve))
  running.kill('SIGINT')
  const {exitCode} = await running
  expect(exitCode).toBe(0)
  await expect.poll(pods).toEqual([])
})

test('where nothing is installed it says so', async () => {
  const {exitCode, stderr} = await todo5('topic', 'list', '--namespace', 'nowhere')
  expect([exitCode, stderr]).toEqual([6, expect.stringContaining('[not_running, exit 6]')])
})
