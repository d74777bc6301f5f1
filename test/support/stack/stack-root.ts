import {spawn} from 'node:child_process'
import {chmod, mkdtemp} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'

export interface StackRoot {
  readonly path: string
  /** Kills whatever still works below it, and removes it. */
  close(): Promise<void>
}

/** A folder for whole stacks. A process beside this one clears it up when this one ends, however it ends. */
export async function makeStackRoot(): Promise<StackRoot> {
  const path = await mkdtemp(join(tmpdir(), 'todo5-stack-'))
  // PostgreSQL may run under another account.
  await chmod(path, 0o711)
  const reaper = spawn(process.execPath, [join(import.meta.dirname, 'reaper.ts'), path], {
    cwd: '/',
    stdio: ['pipe', 'inherit', 'inherit'],
    detached: true,
  })
  const ended = new Promise<void>((resolve, reject) => {
    reaper.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`cleaning up ended with ${code}`))))
    reaper.once('error', reject)
  })
  ended.catch(() => undefined)
  return {
    path,
    close: async () => {
      reaper.stdin.end()
      await ended
    },
  }
}
