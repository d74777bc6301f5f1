import {DomainError} from '../domain/errors.ts'
import type {Transaction} from './database.ts'
import {MIGRATIONS} from './migrations/index.ts'
import {query} from './query.ts'

/** The newest migration that this version of todo5 brings, and needs. */
export const NEEDED_MIGRATION: string = MIGRATIONS.at(-1)!.name

/**
 * Refuses a database that is older than this version needs, or newer in a way that takes something away from it. One that
 * is newer but only has more is fine: that is how versions follow each other without a pause.
 */
export async function assertSchemaFits(tx: Transaction, applicationVersion: string): Promise<void> {
  const rows = await query<{name: string; oldest_application: string}>(
    tx,
    'select name, oldest_application from todo.schema_versions order by name',
  )
  const applied = new Set(rows.map((row) => row.name))
  const missing = MIGRATIONS.filter((migration) => !applied.has(migration.name))
  if (missing.length > 0) {
    throw new DomainError(
      'conflict',
      'schema_too_old',
      `The database lacks migration ${missing.map((migration) => migration.name).join(', ')}.`,
      {
        hint: 'Run: todo5 db migrate',
      },
    )
  }
  const tooNew = rows.find((row) => compareVersions(row.oldest_application, applicationVersion) > 0)
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
