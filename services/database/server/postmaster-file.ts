import {readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {codeOf} from './errors.ts'

export interface PostmasterFile {
  /** 0 when the file holds no number. */
  readonly pid: number
  /** Written some ms after the pid. */
  readonly port: number | undefined
}

/** Lines: pid, data directory, start time, port, socket folder, address, shared memory, status. */
export async function readPostmasterFile(dataDir: string): Promise<PostmasterFile | undefined> {
  try {
    const lines = (await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n')
    const pid = Math.abs(Number.parseInt(lines[0] ?? '', 10)) // negative: a single-user server
    const port = Number.parseInt(lines[3] ?? '', 10)
    return {pid: Number.isNaN(pid) ? 0 : pid, port: Number.isNaN(port) ? undefined : port}
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

/** PostgreSQL itself refuses to start when the pid in it is alive, also when it is another program's by now. */
export async function removeStaleFile(dataDir: string): Promise<void> {
  await rm(join(dataDir, 'postmaster.pid'), {force: true})
}
