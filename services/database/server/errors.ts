export type PostgresErrorCode =
  | 'binaries_missing'
  | 'binaries_unusable'
  | 'no_account'
  | 'folder_unreachable'
  | 'not_a_cluster'
  | 'other_version'
  | 'initdb_failed'
  | 'port_in_use'
  | 'wrong_password'
  | 'already_running'
  | 'start_failed'
  | 'start_timeout'
  | 'cannot_stop'

/** Everything that can go wrong with the embedded server; `hint` says what to do next. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError'
  readonly code: PostgresErrorCode
  readonly hint: string

  constructor(code: PostgresErrorCode, message: string, hint: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.hint = hint
  }
}

/** The `code` of a system error ('ENOENT') or of a PostgreSQL error ('28P01'), if it has one. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
