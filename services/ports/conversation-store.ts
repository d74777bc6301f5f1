export interface StoredValue {
  readonly value: unknown
  readonly etag: string
}

/** Conversation history, and nothing else, lives here. */
export interface ConversationStore {
  get(key: string): Promise<StoredValue | null>
  /** Saves when the stored etag is this one (null: only when the key is new). False when another write was faster. */
  save(key: string, value: unknown, etag: string | null): Promise<boolean>
  delete(key: string): Promise<void>
}
