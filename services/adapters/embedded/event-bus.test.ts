import {createDatabase} from '../../../test/support/postgres.ts'
import {quietLogger} from '../../../test/support/pipeline.ts'
import {serviceUrl} from '../../../test/support/template.ts'
import {type Database, openDatabase} from '../../database/database.ts'
import {describeEventBus} from '../../ports/event-bus.contract.ts'
import {createEmbeddedEventBus} from './event-bus.ts'

describeEventBus('the embedded bus', async () => {
  const {url} = await createDatabase()
  const opened: Database[] = []
  return {
    async connect() {
      const database = await openDatabase({url: serviceUrl(url, 'bus'), poolSize: 4, applicationName: 'bus'})
      opened.push(database)
      const bus = createEmbeddedEventBus({database, logger: quietLogger().logger, retryDelayMs: 10})
      return {publisher: bus, subscriptions: bus, start: async () => bus.start(), stop: async () => bus.stop()}
    },
    async close() {
      await Promise.all(opened.map(async (database) => database.close()))
    },
  }
})
