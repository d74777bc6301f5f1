/** A request to the API of a todo5. */
export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** From the API's root: `/tasks/1`. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Of a change that was sent before, or may have been; a new one otherwise. */
  readonly key?: string
}

/** A change with the key by which the server knows it again. */
export type KeyedCall = HttpCall & {readonly key: string}
