import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {Kafka, logLevel} from 'kafkajs'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {Check} from '../../cli/operations/doctor/check.ts'
import type {Diagnosis} from '../../cli/operations/doctor/doctor.ts'
import {ENDED} from '../../cli/supervisor/host/testing/certificates.ts'
import {openKafkaAdmin} from '../../cli/tools/kafka-admin.ts'
import {HostTarget} from '../support/stack/host-target.ts'
import {eventually} from '../support/eventually.ts'

let host: HostTarget
const undo: (() => Promise<void>)[] = []
beforeAll(async () => {
  host = await HostTarget.create()
  await host.bringUp()
})
afterAll(async () => await host.dispose())

const minute = 60_000
type Found = Record<string, Pick<Check, 'state' | 'found' | 'details'>>

async function diagnose(): Promise<{code: number | null; host: Found}> {
  const {code, stdout, stderr} = await host.todo5('doctor', 'host', '--json')
  const {checks} = JSON.parse(stdout) as Partial<Diagnosis>
  if (!checks) throw new Error(stdout + stderr)
  const found = checks.filter(({area}) => area === 'host')
  return {code, host: Object.fromEntries(found.map(({check, ...verdict}) => [check, verdict]))}
}

const statesOf = (found: Found): Record<string, string> =>
  Object.fromEntries(Object.entries(found).map(([check, {state}]) => [check, state]))

const PLATFORM = ['processes', 'services', 'database', 'certificates', 'listeners', 'outbox', 'kafka']
const STREAM = ['components', 'subscriptions', 'scheduler', 'topics', 'consumers', 'dead_letters']
const ALL_WELL = Object.fromEntries([...PLATFORM, ...STREAM].map((check) => [check, 'ok']))
const isWell = async (): Promise<boolean> => Object.values((await diagnose()).host).every(({state}) => state === 'ok')
const pidOf = async (name: string): Promise<number> =>
  (await host.state())!.processes.find((process) => process.name === name)!.pid!

/** Topics, a dead letter, a consumer, a component and an open port, all at once. */
async function breakThings(): Promise<void> {
  const {kafka_brokers: brokers} = (await host.state())!
  const kafka = new Kafka({brokers: [brokers!], logLevel: logLevel.NOTHING})
  const [admin, topics, producer] = [kafka.admin(), await openKafkaAdmin({brokers: [brokers!]}), kafka.producer()]
  await Promise.all([admin.connect(), producer.connect()])
  await producer.send({topic: 'task-events-dlq', messages: [{key: 'somebody', value: 'no event'}]})
  await topics.configure('reminders', {'retention.ms': '86400000'})
  await admin.deleteTopics({topics: ['task-updates-dlq']})
  await eventually('the topic to be away', async () => !(await topics.names()).includes('task-updates-dlq'), minute)
  await Promise.all([admin.disconnect(), topics.close(), producer.disconnect()])

  await host.json('down', 'host', '--only', 'recurring-task-service')

  const resource = join(host.hostDir, 'run', 'daprd-chat-api', 'resources', 'one-more.yaml')
  await writeFile(
    resource,
    'apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {name: one-more}\nspec: {type: state.in-memory, version: v1}\n',
  )
  undo.push(async () => await rm(resource))
  // It works in Kafka's folder, so it counts as a part of todo5.
  const child = spawn(
    process.execPath,
    ['-e', "require('net').createServer().listen(0, '0.0.0.0', () => console.log('listening'))"],
    {cwd: join(host.hostDir, 'run', 'kafka'), stdio: ['ignore', 'pipe', 'inherit']},
  )
  undo.push(async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  await once(child.stdout, 'data')
}

test('nothing is wrong with a host target that just started', {timeout: 10 * minute}, async () => {
  // Its consumers share out their partitions for some seconds.
  await eventually('all to be well', isWell, 3 * minute)
  const {code, host: found} = await diagnose()
  expect(statesOf(found)).toEqual(ALL_WELL)
  expect(code).toBe(0)
  const {processes} = (await host.state())!
  const ports = ['sentry', 'scheduler'].map((name) => {
    const {health_url: url} = processes.find((process) => process.name === name)!
    return `${name}'s ${new URL(url!).port}`
  })
  expect(found['listeners']!.found).toMatch(
    new RegExp(String.raw`^\d\d ports on the loopback address; .*: the health ports, ${ports.join(' and ')} `, 'u'),
  )
  // Each sidecar and the scheduler.
  expect(found['certificates']!.found).toMatch(/; 6 programs with a certificate of it$/u)
  expect(found['components']!.found).toMatch(/ in 5 sidecars, as rendered$/u)
  expect(found['subscriptions']!.found).toBe('5 subscriptions')
})

async function mend(): Promise<void> {
  for (const step of undo.splice(0)) await step()
  await host.json('topic', 'apply')
  await host.json('up', 'host', '--only', 'recurring-task-service')
  await host.json('dlq', 'drop', '--code', 'given_up_by_dapr', '--yes')
}

test('what is broken is found and named, and is well when it is mended', {timeout: 10 * minute}, async () => {
  let broken: Awaited<ReturnType<typeof diagnose>>
  try {
    await breakThings()
    broken = await diagnose()
  } finally {
    await mend()
  }
  const {code, host: found} = broken
  expect(code).toBe(4)
  expect(statesOf(found)).toEqual({
    ...ALL_WELL,
    processes: 'warning',
    components: 'problem',
    listeners: 'problem',
    topics: 'problem',
    consumers: 'problem',
    dead_letters: 'warning',
  })
  expect(found['processes']).toMatchObject({
    found: expect.stringMatching(/^\d+ processes running$/u) as string,
    details: ['recurring-task-service is stopped by hand', 'daprd-recurring-task-service is stopped by hand'],
  })
  expect(found['components']!.details).toEqual(['chat-api: one-more is not loaded'])
  expect(found['listeners']!.details.join()).toMatch(/^kafka listens on all addresses at port \d+$/u)
  expect(found['topics']).toMatchObject({
    found: '2 things not as declared',
    details: ['reminders: retention.ms is 86400000, should be 604800000', 'task-updates-dlq is missing'],
  })
  expect(found['consumers']!.details).toEqual(['nobody reads as recurring-task-service'])
  expect(found['dead_letters']!.details).toEqual(['task-events: 1 given_up_by_dapr'])

  // A broker hears of a topic that was made again before all that it knows of it is there.
  await eventually('all to be well, twice in a row', async () => (await isWell()) && (await isWell()), 3 * minute)
})

test('programs that stand still: the scheduler, then Kafka', {timeout: 10 * minute}, async () => {
  const [scheduler, kafka] = [await pidOf('scheduler'), await pidOf('kafka')]
  process.kill(scheduler, 'SIGSTOP')
  try {
    const {host: found} = await diagnose()
    expect(found['processes']).toMatchObject({state: 'problem', details: ['scheduler is ill']})
  } finally {
    process.kill(scheduler, 'SIGCONT')
  }
  process.kill(kafka, 'SIGSTOP')
  try {
    const {code, host: found} = await diagnose()
    expect(code).toBe(4)
    expect(found['kafka']!.state).toBe('problem')
    expect(found['kafka']!.found).toContain('Kafka does not answer at ')
    // What cannot be asked is not judged.
    expect(Object.keys(found)).not.toContain('topics')
  } finally {
    process.kill(kafka, 'SIGCONT')
  }
  await eventually('all to be well', async () => (await diagnose()).code === 0, 3 * minute)
})

test('an authority that has ended', {timeout: 5 * minute}, async () => {
  const issuer = join(host.hostDir, 'run', 'sentry', 'ca', 'issuer.crt')
  const good = await readFile(issuer, 'utf8')
  await writeFile(issuer, ENDED)
  const {code, host: found} = await diagnose()
  await writeFile(issuer, good)
  expect(code).toBe(4)
  expect(found['certificates']).toMatchObject({
    state: 'problem',
    found: 'a certificate has ended: sidecars cannot talk to each other',
    details: ["the issuer's certificate has ended on 2021-01-01"],
  })
})
