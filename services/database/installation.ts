import type {Database} from './database.ts'
import {query} from './query.ts'

/** The uuid of this installation: read once, again after a failure. A restored database has a new one, and new processes. */
export function rememberInstallation(database: Database): () => Promise<string> {
  let known: Promise<string> | undefined
  return async () => {
    known ??= database.acrossUsers(async (tx) => {
      const rows = await query<{id: string}>(tx, 'select id from todo.installation')
      return rows[0]!.id
    })
    try {
      return await known
    } catch (error) {
      known = undefined
      throw error
    }
  }
}
