import {afterAll, beforeAll, beforeEach, vi} from 'vitest'
import {createMemoryEventStream, type MemoryEventStream} from '../services/ports/testing/memory-event-stream.ts'
import {createDatabase, type TestDatabase} from '../test/support/postgres.ts'
import {wantedTopics} from './operations/plan-topics.ts'
import {FakeKafka} from './testing/fake-kafka.ts'
import {BEN, event, put} from './testing/put-dead-letter.ts'
import {NOW, runCli, type RunOptions, type RunResult} from './testing/run-cli.ts'
import {screens} from './testing/screens.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
  return async () => await database.drop()
})
afterAll(() => vi.unstubAllEnvs())
beforeEach(() => {
  for (const name of ['KAFKA_BROKERS', 'KAFKA_USERNAME', 'KAFKA_SASL_MECHANISM', 'TODO5_DATABASE_URL'])
    vi.stubEnv(name, undefined)
})

/** Ten events of which one consumer has had six, and dead letters of two kinds. */
function bus(): {kafka: FakeKafka; stream: MemoryEventStream} {
  const stream = createMemoryEventStream({topics: wantedTopics('host').map(({name}) => name)})
  for (let number = 1; number <= 10; number++) {
    const made = event(number, {event_type: number % 2 === 0 ? 'task.updated' : 'task.completed'})
    stream.put({topic: 'task-events', partition: 3, at: NOW - (11 - number) * 60_000, event: made})
  }
  put(stream, event(1), {minutesAgo: 26})
  put(stream, {user_id: BEN}, {code: 'malformed_event', reason: 'event_id: Invalid input', minutesAgo: 5})
  const topics = wantedTopics('host').map((topic) =>
    topic.name === 'reminders' ? {...topic, config: {...topic.config, 'retention.ms': '86400000'}} : topic,
  )
  const kafka = new FakeKafka(topics, {stream})
  const partitions = [{topic: 'task-events', partition: 3}]
  kafka.setGroup('recurring-task-service', {positions: [{...partitions[0]!, offset: 6}]})
  kafka.setGroup('audit-service', {
    positions: [{...partitions[0]!, offset: 9}],
    members: [{id: 'sarama-6f2c1c1e-0000-4000-8000-00000000000a', client: 'todo5', host: '10.0.0.7', partitions}],
  })
  return {kafka, stream}
}

const run = async (line: readonly string[], options: RunOptions): Promise<RunResult> =>
  await runCli(
    line.map((word) => (word === 'DATABASE' ? database.url : word)),
    {...bus(), ...options},
  )

const AT = '--brokers 127.0.0.1:9092'
screens(
  [
    `topic list ${AT}`,
    `topic show reminders ${AT}`,
    `topic diff --target host ${AT}`,
    `topic apply --target host ${AT}`,
    `consumer list --target host ${AT}`,
    `consumer show audit-service --target host ${AT}`,
    `consumer reset recurring-task-service --to-earliest --topic task-events --dry-run --keep-inbox --target host ${AT} --database-url DATABASE`,
    `consumer reset audit-service --to-earliest --topic task-events --yes --target host ${AT} --database-url DATABASE`,
    `dlq list ${AT}`,
    `dlq list --summary ${AT}`,
    `dlq show task-events/4/0 ${AT}`,
    `dlq replay --dry-run ${AT}`,
    `dlq drop --code malformed_event --yes ${AT}`,
    `event tail ${AT}`,
    'outbox status --database-url DATABASE',
    'outbox drain --via kafka --brokers 127.0.0.1:9092 --database-url DATABASE --dry-run',
    'db status --database-url DATABASE',
    'db migrate --database-url DATABASE',
    'db rollback --dry-run --database-url DATABASE',
  ],
  run,
  {
    steady: [
      [/\d{4}-\d\d-\d\d([T ])\d\d:\d\d:\d\d(\.\d{3})?(Z|\+\d\d:\d\d)/gu, '2026-11-20$109:00:00$2$3'],
      [/(?<=09:00:00)\.\d{3}/gu, '.000'],
      [/\d\d? \w{3} \d\d:\d\d:\d\d/gu, '20 Nov 09:00:00'],
    ],
  },
)
