/** A table in a file of a dump. */
export interface DumpedTable {
  readonly table: string
  readonly columns: readonly string[]
  readonly rows: number
  readonly file: string
}

/** What was taken of a database at one moment. */
export interface Dump {
  readonly migrations: readonly string[]
  readonly taken_at: string
  readonly postgres_version: string
  readonly tables: readonly DumpedTable[]
  readonly sequences: readonly {readonly sequence: string; readonly last_value: string}[]
}

/** Files of the data folder by name: what signs sessions, and push messages. */
export interface KeptSecrets {
  readonly 'auth-secret'?: string
  readonly 'push-secret'?: string
}

/** What a target keeps, as the services know it; for backups. */
export interface TargetData {
  /** Whether there is an embedded database, running or not. */
  isThere(): Promise<boolean>
  dump(url: string, folder: string, signal: AbortSignal): Promise<Dump>
  secrets(): Promise<KeptSecrets>
  count(url: string): Promise<{tasks: number; accounts: number}>
  /** Starts the embedded database for the while. Only while holding the lock, when nothing runs. */
  withDatabase<T>(signal: AbortSignal, work: (url: string) => Promise<T>): Promise<T>
  /** All or nothing. Only while holding the lock, when nothing runs. */
  restore(request: {
    readonly dump: Dump
    readonly folder: string
    readonly secrets: KeptSecrets
    readonly madeBy: string
    /** Null: the embedded database. */
    readonly databaseUrl: string | null
    readonly signal: AbortSignal
  }): Promise<void>
}
