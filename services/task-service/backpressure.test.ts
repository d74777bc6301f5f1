import {randomUUID} from 'node:crypto'
import {Client} from 'pg'
import {expect, test} from 'vitest'
import {call, quietLogger} from '../../test/support/pipeline.ts'
import {createDatabase} from '../../test/support/postgres.ts'
import {serviceUrl} from '../../test/support/template.ts'
import {openDatabase} from '../database/database.ts'
import type {EventPublisher} from '../ports/event-publisher.ts'
import {createTaskService} from './service.ts'

test('while too many events wait for the bus changes are refused and reading goes on; when it is back, all goes on', async () => {
  const {url} = await createDatabase()
  const database = await openDatabase({url: serviceUrl(url, 'task'), poolSize: 6, applicationName: 'backpressure'})
  const admin = new Client({connectionString: url})
  await admin.connect()
  let down = true
  const publisher: EventPublisher = {
    publish: async (events) => {
      if (down) throw new Error('the bus is down')
      return events.map(() => ({ok: true}) as const)
    },
  }
  const service = createTaskService({
    database,
    relayDatabase: database,
    publisher,
    holder: 'test',
    logger: quietLogger().logger,
    maxWaitingEvents: 5,
  })
  await service.start()
  try {
    const user = randomUUID()
    const add = async () => call(service, user, 'POST', '/v1/tasks', {body: {title: 'a'}})
    const status = async () => (await add()).status
    await expect.poll(status, {timeout: 90_000, interval: 100}).toBe(503)
    const refused = await add()
    expect(refused).toMatchObject({status: 503, headers: {'retry-after': '60'}, body: {code: 'outbox_full'}})
    const {rows: before} = await admin.query('select count(*) as n from todo.tasks')
    expect((await call(service, user, 'GET', '/v1/tasks')).status).toBe(200)
    await add()
    expect((await admin.query('select count(*) as n from todo.tasks')).rows).toEqual(before)
    down = false
    await expect.poll(status, {timeout: 90_000, interval: 100}).toBe(201)
  } finally {
    await service.stop()
    await database.close()
    await admin.end()
  }
})
