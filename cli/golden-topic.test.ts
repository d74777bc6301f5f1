import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {type AddressInfo, createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach, expect, test, vi} from 'vitest'
import {wantedTopics} from './operations/plan-topics.ts'
import {FakeKafka} from './testing/fake-kafka.ts'
import {runCli, type RunOptions, transcript} from './testing/run-cli.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'todo5-topic-'))
})
afterAll(async () => await rm(folder, {recursive: true}))
beforeEach(() => {
  for (const name of ['KAFKA_BROKERS', 'KAFKA_USERNAME', 'KAFKA_SASL_MECHANISM']) vi.stubEnv(name, undefined)
  return () => vi.unstubAllEnvs()
})

const AT = ['--brokers', '127.0.0.1:9092', '--target', 'host']
const topic = async (line: string[], options?: RunOptions): Promise<string> =>
  transcript(await runCli(['topic', ...line], options))
const asWanted = (changes: Record<string, object> = {}): FakeKafka =>
  new FakeKafka(wantedTopics('host').map((wanted) => ({...wanted, ...changes[wanted.name]})))

test('apply makes the six topics, and finds nothing to do after that', async () => {
  const kafka = new FakeKafka()
  expect(await topic(['diff', ...AT], {kafka})).toContain('create task-events: 12 partitions')
  expect(kafka.topics).toEqual([])
  expect(await topic(['apply', ...AT], {kafka})).toMatchInlineSnapshot(`
    "create task-events: 12 partitions, replication 1, kept 7 days
    create reminders: 12 partitions, replication 1, kept 7 days
    create task-updates: 12 partitions, replication 1, kept 7 days
    create task-events-dlq: 12 partitions, replication 1, kept 7 days
    create reminders-dlq: 12 partitions, replication 1, kept 7 days
    create task-updates-dlq: 12 partitions, replication 1, kept 7 days
    (exit 0)"
  `)
  expect(kafka.topics).toEqual(wantedTopics('host'))
  expect(await topic(['apply', ...AT], {kafka})).toBe('Nothing to do: the topics are as they should be.\n(exit 0)')
  expect(JSON.parse((await runCli(['topic', 'diff', ...AT, '--json'], {kafka})).stdout)).toEqual({
    target: 'host',
    in_sync: true,
    changes: [],
  })
  const {stdout} = await runCli(['topic', 'list', ...AT, '--json'], {kafka})
  expect(JSON.parse(stdout).topics).toContainEqual({
    name: 'task-events',
    partitions: 12,
    replication: 1,
    retention_seconds: 7 * 86_400,
  })
  expect(kafka.closed).toBe(5)
})

test('in the cloud events are kept for 30 days in three copies, or in as many as are asked for', async () => {
  const line = ['apply', '--brokers', 'a:9092,b:9092', '--target', 'oke']
  const kafka = new FakeKafka()
  expect(await topic(line, {kafka})).toContain('create reminders: 12 partitions, replication 3, kept 30 days')
  expect(kafka.connections[0]!.brokers).toEqual(['a:9092', 'b:9092'])
  expect(await topic([...line, '--replication', '2', '--dry-run'], {kafka: new FakeKafka()})).toContain('replication 2')
})

test('what differs: shown, and set right; other settings stay', async () => {
  const config = {'retention.ms': '86400000', 'cleanup.policy': 'delete', 'max.message.bytes': '2000000'}
  const kafka = asWanted({reminders: {config}})
  expect(await topic(['diff', ...AT], {kafka})).toMatchInlineSnapshot(`
    "change retention.ms of reminders from 86400000 to 604800000
    (exit 0)"
  `)
  const dry = await runCli(['topic', 'apply', ...AT, '--dry-run', '--json'], {kafka})
  expect(JSON.parse(dry.stdout)).toEqual({
    dry_run: true,
    steps: ['change retention.ms of reminders from 86400000 to 604800000'],
  })
  expect(kafka.topics[1]!.config).toEqual(config)
  const applied = JSON.parse((await runCli(['topic', 'apply', ...AT, '--json'], {kafka})).stdout)
  expect(applied).toEqual({
    target: 'host',
    changes: [
      {
        topic: 'reminders',
        change: 'config',
        setting: 'retention.ms',
        from: '86400000',
        to: '604800000',
        confirm: null,
        refused: null,
      },
    ],
  })
  expect(kafka.topics[1]!.config).toEqual({...config, 'retention.ms': '604800000'})
})

test('more partitions only with --confirm, and nothing else is done before', async () => {
  const kafka = asWanted({'task-events': {partitions: 6}, reminders: {config: {}}})
  const before = kafka.topics
  expect(await topic(['diff', ...AT], {kafka})).toMatchInlineSnapshot(`
    "change partitions of task-events from 6 to 12; with --confirm only: more partitions move users to other ones: events that are under way for a user may be handled out of order
    set retention.ms of reminders to 604800000
    set cleanup.policy of reminders to delete
    (exit 0)"
  `)
  expect(await topic(['apply', ...AT], {kafka})).toMatchInlineSnapshot(`
    "| Error: Nothing was changed: task-events from 6 to 12 partitions has to be confirmed, more partitions
    |        move users to other ones: events that are under way for a user may be handled out of order.
    |        [confirmation_needed, exit 4]
    | Try:   let the consumers finish first (lag 0), then run it again with --confirm
    (exit 4)"
  `)
  expect(kafka.topics).toEqual(before)
  expect((await runCli(['topic', 'apply', ...AT, '--confirm'], {kafka})).code).toBe(0)
  expect(kafka.topics).toEqual(wantedTopics('host'))
})

test('fewer partitions are refused with the reason; another replication is told, and left', async () => {
  const kafka = asWanted({reminders: {partitions: 24}})
  expect(await topic(['apply', ...AT, '--confirm'], {kafka})).toMatchInlineSnapshot(`
    "| Error: Nothing was changed: reminders has 24 partitions, 12 are wanted; Kafka cannot take partitions
    |        away; the topic would have to be deleted, with the events in it.  [fewer_partitions, exit 4]
    (exit 4)"
  `)
  const copies = asWanted()
  expect(await topic(['apply', ...AT, '--replication', '3'], {kafka: copies})).toContain(
    'not possible: change replication of task-events from 1 to 3; Kafka changes the replication only by moving',
  )
  expect(copies.topics).toEqual(wantedTopics('host'))
})

test('list and show; the plural works too', async () => {
  const kafka = asWanted()
  expect(transcript(await runCli(['topics', 'list', '--brokers', 'x:1'], {kafka}))).toMatchInlineSnapshot(`
    "TOPIC             PARTITIONS  REPLICATION  KEPT
    reminders                 12            1  7 days
    reminders-dlq             12            1  7 days
    task-events               12            1  7 days
    task-events-dlq           12            1  7 days
    task-updates              12            1  7 days
    task-updates-dlq          12            1  7 days
    (exit 0)"
  `)
  expect(await topic(['list', '--brokers', 'x:1'], {kafka: new FakeKafka()})).toMatchInlineSnapshot(`
    "| There are no topics.
    | todo5 topic apply        makes them
    (exit 0)"
  `)
  const few = new FakeKafka([{name: 'task-events', partitions: 2, replication: 1, config: {'retention.ms': '3600000'}}])
  expect(await topic(['show', 'task-events', '--brokers', 'x:1'], {kafka: few})).toMatchInlineSnapshot(`
    "task-events  2 partitions, replication 1, kept 1 h
      retention.ms  3600000
    PARTITION  LEADER  REPLICAS  IN SYNC  FIRST  NEXT
            0       1  1         1            0     0
            1       1  1         1            0    10
    (exit 0)"
  `)
  const shown = JSON.parse(
    (await runCli(['topic', 'show', 'task-events', '--brokers', 'x:1', '--json'], {kafka: few})).stdout,
  )
  expect(shown).toMatchObject({name: 'task-events', retention_seconds: 3600})
  expect(shown.partition_states[1]).toEqual({
    partition: 1,
    leader: 1,
    replicas: [1],
    in_sync: [1],
    first_offset: 0,
    next_offset: 10,
  })
  expect(await topic(['show', 'task-event', '--brokers', 'x:1'], {kafka: few})).toMatchInlineSnapshot(`
    "| Error: There is no topic task-event.  [topic_not_found, exit 3]
    | Try:   todo5 topic show task-events
    (exit 3)"
  `)
})

test('without Kafka, without a target, without a password', async () => {
  const local = `| Error: local has no Kafka, events are in PostgreSQL.  [no_kafka, exit 4]\n| Try:   todo5 up host\n(exit 4)`
  expect(await topic(['list'])).toBe(local)
  expect(await topic(['apply', '--target', 'local'])).toBe(local)
  expect(await topic(['apply', '--brokers', 'x:1'], {kafka: new FakeKafka()})).toContain('[target_needed, exit 2]')
  expect(await topic(['list', '--target', 'host'])).toContain('[not_running, exit 6]')
  expect(await topic(['list', '--target', 'oke'])).toContain('[kube_context_needed, exit 2]')
  expect(await topic(['list', '--brokers', 'nonsense'])).toContain(
    'nonsense is not HOST:PORT.  [invalid_value, exit 2]',
  )
  const signIn = ['list', '--brokers', 'x:1', '--sasl', 'SCRAM-SHA-512']
  expect(await topic(signIn)).toContain('--sasl needs --username and the password.  [credentials_needed, exit 2]')
  expect(await topic(['list', '--brokers', 'x:1', '--username', 'a'])).toContain('[sasl_needed, exit 2]')
  expect(await topic(['list', '--brokers', 'x:1', '--password', 'a'])).toContain('(exit 2)')
  expect(await topic(['list', '--brokers', 'x:1', '--tls-ca', 'ca.pem', '--no-tls'])).toContain(
    '[contradiction, exit 2]',
  )
  expect(await topic(['list', '--brokers', '127.0.0.1:1'])).toContain('[kafka_unreachable, exit 6]')
  const json = await runCli(['topic', 'list', '--json'])
  expect([json.code, JSON.parse(json.stdout).error.code, json.stderr]).toEqual([4, 'no_kafka', ''])
})

test('something that is no Kafka, or wants TLS, does not answer', async () => {
  // A TLS alert, as an encrypted port answers to what is not encrypted.
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', () => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, 0x50])))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo
  expect(await topic(['list', '--brokers', `127.0.0.1:${port}`])).toContain('[kafka_unreachable, exit 6]')
  server.close()
})

test('who signs in: the password comes from the environment or a file, and TLS with it', async () => {
  const kafka = asWanted()
  const [password, ca] = [join(folder, 'password'), join(folder, 'ca.pem')]
  await writeFile(password, 'from a file\n')
  await writeFile(ca, 'PEM')
  const signIn = ['list', '--brokers', 'x:1', '--username', 'me', '--sasl']
  await topic([...signIn, 'SCRAM-SHA-256'], {kafka, env: {KAFKA_PASSWORD: 'from the environment'}})
  await topic([...signIn, 'SCRAM-SHA-512', '--password-file', password, '--tls-ca', ca], {kafka})
  await topic([...signIn, 'SCRAM-SHA-512', '--password-file', password, '--no-tls'], {kafka})
  const sasl = {mechanism: 'scram-sha-512', username: 'me', password: 'from a file'}
  expect(kafka.connections.map(({tls, sasl}) => ({tls, sasl}))).toEqual([
    {tls: true, sasl: {mechanism: 'scram-sha-256', username: 'me', password: 'from the environment'}},
    {tls: {ca: 'PEM'}, sasl},
    {tls: false, sasl},
  ])
})

test('the Kafka of the host target is found while it runs', async () => {
  const kafka = asWanted()
  const home = join(folder, 'home')
  await mkdir(join(home, 'data', 'host', 'state'), {recursive: true})
  await writeFile(join(home, 'data', 'host', 'state', 'host.json'), JSON.stringify({kafka_brokers: '127.0.0.1:19092'}))
  expect(await topic(['diff'], {kafka, home})).toBe('No difference: the topics are as they should be.\n(exit 0)')
  expect(kafka.connections).toEqual([{brokers: ['127.0.0.1:19092'], tls: false}])
})
