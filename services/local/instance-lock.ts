import {chmod} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'

/** Held by whoever may change what runs on a state folder. */
export interface InstanceLock {
  release(): void
}

const SQLITE_BUSY = 5

export const lockFile = (stateDir: string, name = 'local.lock'): string => join(stateDir, name)

/**
 * Takes the lock of a state folder, waiting for at most `waitMs`; undefined when somebody else holds it. It is a lock of
 * the kernel, taken through SQLite (Node has no call for it): it ends with its process, however that ends, so none is
 * ever stale. The empty file stays: removing it would let two processes hold "the" lock.
 */
export async function takeLock(
  stateDir: string,
  options: {waitMs?: number; signal?: AbortSignal | undefined; name?: string} = {},
): Promise<InstanceLock | undefined> {
  const {waitMs = 0, signal} = options
  const file = lockFile(stateDir, options.name)
  const DatabaseSync = await loadSqlite()
  const deadline = performance.now() + waitMs
  for (;;) {
    signal?.throwIfAborted()
    const database = new DatabaseSync(file)
    try {
      database.exec('pragma journal_mode = memory; pragma locking_mode = exclusive; begin exclusive')
      await chmod(file, 0o600)
      return {release: () => database.close()}
    } catch (error) {
      database.close()
      if ((error as {errcode?: number}).errcode !== SQLITE_BUSY) throw error
    }
    if (performance.now() >= deadline) return undefined
    await delay(50, undefined, {signal})
  }
}

/** Node 22 warns that the module is experimental; what is used of it here has not changed since. */
async function loadSqlite() {
  const emitWarning = process.emitWarning.bind(process)
  process.emitWarning = () => undefined
  try {
    return (await import('node:sqlite')).DatabaseSync
  } finally {
    process.emitWarning = emitWarning
  }
}
