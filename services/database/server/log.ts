import {open, readdir, stat} from 'node:fs/promises'
import {join} from 'node:path'
import {codeOf} from './errors.ts'

/** What PostgreSQL says before its log collector runs; beside the log files, written anew at each start. */
export const startLogName = 'start.log'

/** Remembers where the log files end, and reads later what was added: at most the last 4 KiB of each. */
export async function watchLog(dataDir: string): Promise<() => Promise<string>> {
  const before = await sizes(dataDir)
  return async () => {
    const parts: string[] = []
    for (const [file, size] of await sizes(dataDir)) {
      const old = before.get(file) ?? 0
      // start.log, and a day's file after a week, are emptied before use
      const from = file.endsWith(startLogName) || size < old ? 0 : old
      if (size > from) parts.push(await readFrom(file, Math.max(from, size - 4096), size))
    }
    return parts.join('').trim()
  }
}

async function sizes(dataDir: string): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  const folder = join(dataDir, 'log')
  let names: string[]
  try {
    names = await readdir(folder)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return found
    throw error
  }
  for (const name of names) found.set(join(folder, name), (await stat(join(folder, name))).size)
  return found
}

async function readFrom(file: string, from: number, to: number): Promise<string> {
  const handle = await open(file, 'r')
  try {
    const {buffer, bytesRead} = await handle.read(Buffer.alloc(to - from), 0, to - from, from)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await handle.close()
  }
}
