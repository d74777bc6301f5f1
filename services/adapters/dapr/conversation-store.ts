import type {ConversationStore, StoredValue} from '../../ports/conversation-store.ts'
import {type Sidecar, type SidecarAnswer, failureOf} from './sidecar.ts'

/** Conversation history in the Dapr state store; keys belong to this app, whatever they are. */
export function createDaprConversationStore(options: {
  readonly sidecar: Sidecar
  /** Name of the state component. */
  readonly store: string
  readonly timeoutMs?: number
}): ConversationStore {
  const {sidecar, store, timeoutMs = 5000} = options
  const root = `/v1.0/state/${encodeURIComponent(store)}`
  const post = async (path: string, body: unknown, repeatable: boolean): Promise<SidecarAnswer> =>
    sidecar.call({
      method: 'POST',
      path: `${root}${path}`,
      headers: {'content-type': 'application/json'},
      body: JSON.stringify(body),
      timeoutMs,
      repeatable,
    })
  // In bulk, with the key in the body: in a path a key with a slash would be two segments.
  const get = async (key: string): Promise<StoredValue | null> => {
    const answer = await post('/bulk', {keys: [key], parallelism: 1}, true)
    assertOk(answer, 'read')
    const [item] = JSON.parse(answer.body.toString()) as {data?: unknown; etag?: string; error?: string}[]
    if (item?.error) throw new Error(`the state store could not read: ${item.error}`)
    return item?.etag ? {value: item.data, etag: item.etag} : null
  }
  return {
    get,
    async save(key, value, etag) {
      // first-write: without an etag the key must be new, with one it must be unchanged. Not repeated by itself: the
      // second try would find the etag of the first, and take it for somebody else's.
      const item = {key, value, ...(etag !== null && {etag}), options: {concurrency: 'first-write'}}
      const answer = await post('', [item], false)
      if (answer.status === 409) return false
      // For a new key that is not new it is a 500, "no item was updated" (components-contrib 1.18.4, state.postgresql v2).
      if (answer.status === 500 && etag === null && (await get(key)) !== null) return false
      assertOk(answer, 'write')
      return true
    },
    async delete(key) {
      const operations = [{operation: 'delete', request: {key}}]
      assertOk(await post('/transaction', {operations}, true), 'delete')
    },
  }
}

function assertOk(answer: SidecarAnswer, what: string): void {
  if (answer.status < 200 || answer.status > 299)
    throw new Error(`the state store did not ${what}: ${failureOf(answer)}`)
}
