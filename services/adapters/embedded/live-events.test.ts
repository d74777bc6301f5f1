import {randomUUID} from 'node:crypto'
import {afterEach, expect, test} from 'vitest'
import {createDatabase} from '../../../test/support/postgres.ts'
import {quietLogger} from '../../../test/support/pipeline.ts'
import {serviceUrl} from '../../../test/support/template.ts'
import {type Database, openDatabase} from '../../database/database.ts'
import {describeLiveEvents} from '../../ports/live-events.contract.ts'
import {createEmbeddedEventBus} from './event-bus.ts'
import {createEmbeddedLiveEvents} from './live-events.ts'

async function openBus() {
  const {url} = await createDatabase()
  const opened: Database[] = []
  const open = async (): Promise<Database> => {
    const database = await openDatabase({url: serviceUrl(url, 'bus'), poolSize: 2, applicationName: 'live'})
    opened.push(database)
    return database
  }
  const {logger} = quietLogger()
  return {
    open,
    logger,
    publisher: createEmbeddedEventBus({database: await open(), logger}),
    close: async () => void (await Promise.all(opened.map(async (database) => database.close()))),
  }
}

describeLiveEvents('the embedded event log', async () => {
  const {open, logger, publisher, close} = await openBus()
  return {
    publisher,
    async connect() {
      const live = createEmbeddedLiveEvents({database: await open(), logger})
      return {live, start: async () => live.start(), stop: async () => live.stop()}
    },
    close,
  }
})

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

test('while nobody looks the database is not asked, and what came meanwhile is left out', async () => {
  const {open, logger, publisher, close} = await openBus()
  closing.push(close)
  const database = await open()
  let asked = 0
  const counting: Database = {
    ...database,
    acrossUsers: async (work) => {
      asked++
      return database.acrossUsers(work)
    },
  }
  const live = createEmbeddedLiveEvents({database: counting, logger})
  closing.push(async () => live.stop())
  let isWanted = false
  const seen: number[] = []
  let looks = 0
  live.listen(['task-events'], {
    wanted: () => {
      looks++
      return isWanted
    },
    take: (events) => void seen.push(...events.map(({event}) => (event as {n: number}).n)),
    missed: () => expect.unreachable('nothing is missed here'),
  })
  const publish = async (n: number) => {
    const eventId = randomUUID()
    await publisher.publish([
      {topic: 'task-events', key: 'k', eventId, eventType: 'test', event: {n}, traceparent: null},
    ])
    live.wake()
  }
  await live.start()
  await publish(1)
  await expect.poll(() => looks, {timeout: 90_000}).toBeGreaterThan(5)
  expect([asked, seen]).toEqual([0, []])
  isWanted = true
  await live.ready()
  await publish(2)
  await expect.poll(() => seen, {timeout: 90_000}).toEqual([2])
})
