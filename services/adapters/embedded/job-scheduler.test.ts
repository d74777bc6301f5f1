import {createDatabase} from '../../../test/support/postgres.ts'
import {quietLogger} from '../../../test/support/pipeline.ts'
import {serviceUrl} from '../../../test/support/template.ts'
import {type Database, openDatabase} from '../../database/database.ts'
import {describeJobScheduler} from '../../ports/job-scheduler.contract.ts'
import {createEmbeddedJobScheduler} from './job-scheduler.ts'

describeJobScheduler('the embedded scheduler', async () => {
  const {url} = await createDatabase()
  const opened: Database[] = []
  return {
    // Database and handler have one clock here.
    earlyMs: 1,
    async connect() {
      const database = await openDatabase({url: serviceUrl(url, 'bus'), poolSize: 4, applicationName: 'jobs'})
      opened.push(database)
      const scheduler = createEmbeddedJobScheduler({app: 'test', database, logger: quietLogger().logger})
      return {scheduler, start: async () => scheduler.start(), stop: async () => scheduler.stop()}
    },
    async close() {
      await Promise.all(opened.map(async (database) => database.close()))
    },
  }
})
