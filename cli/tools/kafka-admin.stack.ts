import {randomUUID} from 'node:crypto'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {Kafka, logLevel} from 'kafkajs'
import {afterAll, beforeAll, expect, inject, test} from 'vitest'
import {eventually} from '../../test/support/eventually.ts'
import {Stack} from '../../test/support/stack/stack.ts'
import {applyTopics, diffTopics} from '../operations/apply-topics.ts'
import {wantedTopics} from '../operations/plan-topics.ts'
import {renderDapr} from '../operations/render-dapr.ts'
import {freePorts} from '../supervisor/host/ports.ts'
import {type RunningProgram, startProgram} from '../supervisor/host/program.ts'
import {runCli, transcript} from '../testing/run-cli.ts'
import {type KafkaAdmin, openKafkaAdmin} from './kafka-admin.ts'
import {certificateFile, secureKafkaProgram} from './testing/secure-kafka.ts'

const USERNAME = 'todo5'
const PASSWORD = 'pass-of-a-test'

let stack: Stack
let broker: RunningProgram
let folder: string
/** Without and with TLS and a password. */
let [open, secure] = ['', '']
let admin: KafkaAdmin

beforeAll(async () => {
  stack = await Stack.create()
  folder = join(stack.folder, 'kafka')
  const {java, kafkaLibs: libs} = inject('stackPrograms')
  const [port, controllerPort, securePort] = (await freePorts(3)) as [number, number, number]
  broker = await startProgram(
    secureKafkaProgram({
      java,
      libs,
      folder,
      logFile: join(folder, 'kafka.log'),
      port,
      controllerPort,
      heapMb: 256,
      securePort,
      username: USERNAME,
      password: PASSWORD,
      mechanisms: ['SCRAM-SHA-256', 'SCRAM-SHA-512'],
    }),
  )
  ;[open, secure] = [`127.0.0.1:${port}`, `127.0.0.1:${securePort}`]
  admin = await openKafkaAdmin({brokers: [open]})
})

afterAll(async () => {
  await admin.close()
  await stack.stop()
  await broker.stop()
})

/** Those that a first try has made. */
async function deleteTopics(): Promise<void> {
  const kafkajs = new Kafka({brokers: [open], logLevel: logLevel.NOTHING}).admin()
  await kafkajs.connect()
  const topics = wantedTopics('host').map(({name}) => name)
  const there = async (): Promise<string[]> => (await kafkajs.listTopics()).filter((name) => topics.includes(name))
  const made = await there()
  if (made.length > 0) await kafkajs.deleteTopics({topics: made})
  await eventually('they are gone', async () => (await there()).length === 0)
  await kafkajs.disconnect()
}

test('topics are made, found as they should be, and set right again; what else is set on them stays', async () => {
  await deleteTopics()
  const made = await applyTopics(admin, {target: 'host', confirm: false})
  expect(made.map(({change, topic}) => [change, topic])).toEqual(wantedTopics('host').map(({name}) => ['create', name]))
  const wanted = wantedTopics('host')
  const found = await admin.describe(wanted.map(({name}) => name))
  expect(found).toEqual(wanted.map((topic) => ({...topic, retentionMs: 604_800_000})))
  expect(await applyTopics(admin, {target: 'host', confirm: false})).toEqual([])
  await admin.configure('reminders', {'retention.ms': '1000', 'max.message.bytes': '2000000'})
  const changes = await applyTopics(admin, {target: 'host', confirm: false})
  expect(changes.map(({topic, setting, from}) => [topic, setting, from])).toEqual([
    ['reminders', 'retention.ms', '1000'],
  ])
  const [reminders] = await admin.describe(['reminders'])
  expect(reminders!.config).toEqual({...wanted[0]!.config, 'max.message.bytes': '2000000'})
})

test('in the cloud the same topics are kept longer; copies that a broker cannot make are told', async () => {
  await applyTopics(admin, {target: 'host', confirm: false})
  const changes = await diffTopics(admin, {target: 'oke'})
  expect(changes.filter(({topic}) => topic === 'task-events')).toMatchObject([
    {change: 'config', setting: 'retention.ms', from: '604800000', to: '2592000000'},
    {change: 'replication', from: '1', to: '3', refused: expect.stringContaining('moving partitions') as string},
  ])
})

test('partitions are added when that is confirmed, and never taken away', async () => {
  const few = `few-${randomUUID()}`
  await admin.create([{name: few, partitions: 2, replication: 1, config: {}}])
  await admin.addPartitions(few, 5)
  expect((await admin.partitions(few)).map(({partition, leader, next}) => [partition, leader, next])).toEqual(
    [0, 1, 2, 3, 4].map((partition) => [partition, 1, 0]),
  )
  await expect(admin.addPartitions(few, 3)).rejects.toMatchObject({code: 'kafka_refused', exit: 4})
  await admin.create([{name: few, partitions: 2, replication: 1, config: {}}])
  expect((await admin.describe([few, 'none'])).map(({partitions}) => partitions)).toEqual([5])
  await expect(admin.create([{name: 'copies', partitions: 1, replication: 3, config: {}}])).rejects.toMatchObject({
    message: expect.stringContaining('INVALID_REPLICATION_FACTOR') as string,
  })
})

test('the offsets of a partition say what is in it', async () => {
  const few = `few-${randomUUID()}`
  await admin.create([{name: few, partitions: 5, replication: 1, config: {}}])
  const kafka = new Kafka({brokers: [open], logLevel: logLevel.NOTHING})
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({topic: few, messages: [1, 2, 3].map((n) => ({partition: 4, value: String(n)}))})
  await producer.disconnect()
  expect((await admin.partitions(few)).map(({first, next}) => [first, next])).toEqual([
    ...Array.from({length: 4}, () => [0, 0]),
    [0, 3],
  ])
})

test.each(['SCRAM-SHA-256', 'SCRAM-SHA-512'])('by TLS with %s, from the command line', async (sasl) => {
  const password = join(stack.folder, 'password')
  await writeFile(password, `${PASSWORD}\n`, {mode: 0o600})
  const line = ['topic', 'diff', '--target', 'host', '--brokers', secure, '--sasl', sasl, '--username', USERNAME]
  const trusted = [...line, '--tls-ca', certificateFile(folder)]
  await applyTopics(admin, {target: 'host', confirm: false})
  const nothing = 'No difference: the topics are as they should be.\n(exit 0)'
  expect(transcript(await runCli([...trusted, '--password-file', password]))).toBe(nothing)
  expect(transcript(await runCli(trusted, {env: {KAFKA_PASSWORD: PASSWORD}}))).toBe(nothing)
  expect(transcript(await runCli(trusted, {env: {KAFKA_PASSWORD: 'wrong'}}))).toContain('[kafka_refused, exit 4]')
  expect(transcript(await runCli([...line, '--password-file', password]))).toContain('[kafka_certificate, exit 6]')
  const plain = ['topic', 'list', '--brokers', secure]
  expect(transcript(await runCli(plain))).toContain('[kafka_unreachable, exit 6]')
})

test('the components of a cloud reach Kafka by TLS and SCRAM', async () => {
  const secretsFile = join(stack.folder, 'secrets.json')
  const ca = await readFile(certificateFile(folder), 'utf8')
  const kafka = {brokers: secure, username: USERNAME, password: PASSWORD}
  await writeFile(secretsFile, JSON.stringify({kafka, 'kafka-ca': {'ca.crt': ca}}))
  const values = {brokers: open, secretsFile, nameResolutionFile: join(stack.folder, 'names.db')}
  const store = (await renderDapr({target: 'host', values})).find(({path}) => path.endsWith('secretstore-local.yaml'))!
  const cloud = await renderDapr({target: 'oke', values: {kafkaCaSecret: 'kafka-ca', saslMechanism: 'SHA-512'}})
  // There is no Kubernetes here: another store has the same secrets.
  const components = cloud
    .filter(({path}) => path.startsWith('components/pubsub-'))
    .map(({path, text}) => ({
      path,
      text: text.replace('secretStore: kubernetes', 'secretStore: secretstore-local').replace('todo5\n', 'default\n'),
    }))
  await applyTopics(admin, {target: 'host', confirm: false})
  const count = async (): Promise<number> =>
    (await admin.partitions('task-events')).reduce((sum, {next}) => sum + next, 0)
  const before = await count()
  const sidecar = await stack.daprd({appId: 'task-service', resources: [store, ...components]})
  const publish = await fetch(`${sidecar.endpoint}/v1.0/publish/bulk/pubsub-kafka/task-events`, {
    method: 'POST',
    headers: {'dapr-api-token': sidecar.apiToken, 'content-type': 'application/json'},
    body: JSON.stringify([{entryId: '0', event: {}, contentType: 'application/json'}]),
  })
  expect(publish.status).toBe(204)
  await eventually('it is there', async () => (await count()) === before + 1)
  await sidecar.stop()
})
