export interface Invocation {
  /** The app id: task-service, audit-service … */
  readonly app: string
  readonly method: string
  /** With the query string, from the root of the other app. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string | undefined
}

export interface InvocationResult {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Calls another service of todo5. Any HTTP status is a result; throws DomainError `unavailable` when it did not answer. */
export interface ServiceInvoker {
  invoke(invocation: Invocation): Promise<InvocationResult>
}

/** Headers that only the invoker's side may set; the edge removes what clients send under these names. */
export const USER_HEADER = 'x-todo5-user-id'
export const ROLE_HEADER = 'x-todo5-role'
