import {randomUUID} from 'node:crypto'
import {describe, expect, test} from 'vitest'
import type {ConversationStore} from './conversation-store.ts'

/** What every conversation store promises. */
export function describeConversationStore(
  name: string,
  withStore: (work: (store: ConversationStore) => Promise<void>) => Promise<void>,
): void {
  describe(`${name} as a conversation store`, () => {
    test('a value is found under its key until it is deleted', async () =>
      withStore(async (store) => {
        const key = `test/${randomUUID()}`
        expect(await store.get(key)).toBeNull()
        expect(await store.save(key, {messages: ['günaydın', '"quoted"']}, null)).toBe(true)
        expect((await store.get(key))?.value).toEqual({messages: ['günaydın', '"quoted"']})
        await store.delete(key)
        await store.delete(key)
        expect(await store.get(key)).toBeNull()
      }))

    test('of two writers who read the same etag one is refused, and nothing is lost', async () =>
      withStore(async (store) => {
        const key = `test/${randomUUID()}`
        expect(await store.save(key, [1], null)).toBe(true)
        expect(await store.save(key, ['new again'], null)).toBe(false)
        const read = await store.get(key)
        const saved = await Promise.all([store.save(key, [1, 2], read!.etag), store.save(key, [1, 3], read!.etag)])
        expect(saved.filter(Boolean)).toHaveLength(1)
        expect((await store.get(key))?.value).toEqual(saved[0] ? [1, 2] : [1, 3])
      }))
  })
}
