import {createDatabase} from '../../../test/support/postgres.ts'
import {serviceUrl} from '../../../test/support/template.ts'
import {openDatabase} from '../../database/database.ts'
import {describeConversationStore} from '../../ports/conversation-store.contract.ts'
import {createEmbeddedConversationStore} from './conversation-store.ts'

describeConversationStore('the embedded store', async (work) => {
  const {url} = await createDatabase()
  const database = await openDatabase({url: serviceUrl(url, 'bus'), poolSize: 2, applicationName: 'conversations'})
  try {
    await work(createEmbeddedConversationStore(database))
  } finally {
    await database.close()
  }
})
