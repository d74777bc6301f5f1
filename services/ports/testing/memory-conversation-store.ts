import {randomUUID} from 'node:crypto'
import type {ConversationStore, StoredValue} from '../conversation-store.ts'

/** Conversation history for tests of what stands on the port. */
export class MemoryConversationStore implements ConversationStore {
  readonly values = new Map<string, StoredValue>()

  async get(key: string): Promise<StoredValue | null> {
    const stored = this.values.get(key)
    return stored ? structuredClone(stored) : null
  }

  async save(key: string, value: unknown, etag: string | null): Promise<boolean> {
    if ((this.values.get(key)?.etag ?? null) !== etag) return false
    this.values.set(key, structuredClone({value, etag: randomUUID()}))
    return true
  }

  async delete(key: string): Promise<void> {
    this.values.delete(key)
  }
}
