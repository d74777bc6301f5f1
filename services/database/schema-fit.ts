import {DomainError} from '../domain/errors.ts'
import type {Transaction} from './database.ts'
import {MIGRATIONS} from './migrations/index.ts'
import {query} from './query.ts'

/** The newest migration that this version of todo5 brings, and needs. */
export const NEEDED_MIGRATION: string = MIGRATIONS.at(-1)!.name

export interface AppliedMigration {
  readonly name: string
  readonly oldest_application: string
}

export interface SchemaFit {
  /** What this version brings, and the database lacks; in order. */
  readonly missing: readonly string[]
  /** The first that takes something away from this version. */
  readonly tooNew: AppliedMigration | undefined
  /** The newest that this version could work with, if those after it were taken back; undefined when it works with all. */
  readonly backTo: string | undefined
}

/** Whether `applicationVersion`, with the migrations that it brings, works with what is applied. `applied` is in order. */
export function schemaFit(
  applied: readonly AppliedMigration[],
  applicationVersion: string,
  brought: readonly {readonly name: string}[] = MIGRATIONS,
): SchemaFit {
  const names = new Set(applied.map(({name}) => name))
  const index = applied.findIndex((row) => compareVersions(row.oldest_application, applicationVersion) > 0)
  return {
    missing: brought.filter(({name}) => !names.has(name)).map(({name}) => name),
    tooNew: applied[index],
    backTo: index === -1 ? undefined : (applied[index - 1]?.name ?? '0'),
  }
}

/**
 * Refuses a database that is older than this version needs, or newer in a way that takes something away from it. One that
 * is newer but only has more is fine: that is how versions follow each other without a pause.
 */
export async function assertSchemaFits(tx: Transaction, applicationVersion: string): Promise<void> {
  const rows = await query<AppliedMigration>(
    tx,
    'select name, oldest_application from todo.schema_versions order by name',
  )
  const {missing, tooNew} = schemaFit(rows, applicationVersion)
  if (missing.length > 0) {
    throw new DomainError('conflict', 'schema_too_old', `The database lacks migration ${missing.join(', ')}.`, {
      hint: 'Run: todo5 db migrate',
    })
  }
  if (tooNew) {
    throw new DomainError(
      'conflict',
      'schema_too_new',
      `The database is at migration ${tooNew.name}, which needs todo5 ${tooNew.oldest_application}; this is ${applicationVersion}.`,
      {hint: 'Install the newer todo5, or restore a backup of before.'},
    )
  }
}

/** Of versions such as 1.4.2; a suffix after a dash does not count. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('-')[0]!.split('.').map(Number))
  for (let place = 0; place < 3; place++) {
    const difference = (left![place] ?? 0) - (right![place] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
