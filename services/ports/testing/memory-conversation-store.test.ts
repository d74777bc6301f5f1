import {describeConversationStore} from '../conversation-store.contract.ts'
import {MemoryConversationStore} from './memory-conversation-store.ts'

describeConversationStore('the store of the tests', async (work) => work(new MemoryConversationStore()))
