import {randomUUID} from 'node:crypto'
import {Client} from 'pg'
import {expect, test} from 'vitest'
import {createDatabase} from '../../../test/support/postgres.ts'
import {serviceUrl} from '../../../test/support/template.ts'
import {openDatabase} from '../../database/database.ts'
import {PARTITIONS, TOPICS} from '../../domain/events/event-types.ts'
import {describeEventStream} from '../../ports/event-stream.contract.ts'
import {createEmbeddedEventStream} from './event-stream.ts'

describeEventStream('the embedded log', async () => {
  const {url} = await createDatabase()
  const admin = new Client({connectionString: url})
  await admin.connect()
  const database = await openDatabase({url: serviceUrl(url, 'bus'), poolSize: 2, applicationName: 'stream'})
  return {
    stream: createEmbeddedEventStream({database}),
    topic: async () => {
      const topic = `topic-${randomUUID()}`
      await admin.query('insert into jobs.partitions (topic, partition) values ($1, 0)', [topic])
      return topic
    },
    expire: async (topic, partition, before) => {
      await admin.query('delete from jobs.event_log where topic = $1 and partition = $2 and position < $3', [
        topic,
        partition,
        before,
      ])
    },
    oneInstallation: true,
    close: async () => await admin.end(),
  }
})

test('the topics of todo5 are there before anything is in them', async () => {
  const {url} = await createDatabase()
  const database = await openDatabase({url: serviceUrl(url, 'bus'), poolSize: 1, applicationName: 'stream'})
  const stream = createEmbeddedEventStream({database})
  const ends = await stream.ends(TOPICS.flatMap((topic) => [topic, `${topic}-dlq`]))
  expect(ends).toHaveLength(2 * TOPICS.length * PARTITIONS)
  await stream.close()
})

test('an error of the database is explained', async () => {
  const url = 'postgres://nobody@127.0.0.1:1/none'
  const database = await openDatabase({url, poolSize: 1, applicationName: 'stream'})
  const stream = createEmbeddedEventStream({database, explain: (cause) => new Error('it is away', {cause})})
  await expect(stream.ends(['task-events'])).rejects.toThrow('it is away')
  await stream.close()
})
