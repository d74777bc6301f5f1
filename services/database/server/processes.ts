import {execFile} from 'node:child_process'
import {readdir, readlink, stat} from 'node:fs/promises'
import {basename} from 'node:path'
import {promisify} from 'node:util'
import {codeOf} from './errors.ts'

const run = promisify(execFile)

/** True for a process that exists, whoever owns it. A pid says nothing about what the process is. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** Sends a signal; a process that is gone already is no error. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if (codeOf(error) !== 'ESRCH') throw error
  }
}

/**
 * The pids of all processes of the PostgreSQL server on `dataDir`, or of what is left of it. The kernel tells: each of
 * them is a program named postgres that works in that folder, and no other program's pid can be mistaken for it.
 * Linux asks /proc, macOS lsof (`ps` does not show where a process works). Windows shows neither: there a
 * postgres.exe counts as ours when `recorded`, the pid in postmaster.pid, is one; its children end with it.
 */
export async function serverProcesses(dataDir: string, recorded?: number): Promise<number[]> {
  let folder: {dev: number; ino: number}
  try {
    folder = await stat(dataDir)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
  if (process.platform === 'linux') return await processesByProc(folder)
  if (process.platform === 'win32') return await processesByTasklist(recorded)
  return await processesByLsof(folder)
}

async function processesByProc(folder: {dev: number; ino: number}): Promise<number[]> {
  const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(
    names.map(async (name) => {
      try {
        // " (deleted)" is appended when an update has replaced the file. A zombie has no exe and is as good as gone.
        if (!/^postgres(?: \(deleted\))?$/.test(basename(await readlink(`/proc/${name}/exe`)))) return undefined
        const place = await stat(`/proc/${name}/cwd`)
        return place.dev === folder.dev && place.ino === folder.ino ? Number(name) : undefined
      } catch (error) {
        if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(codeOf(error) ?? '')) return undefined
        throw error
      }
    }),
  )
  return found.filter((pid) => pid !== undefined)
}

/** Output: a line `p<pid>` for each process, then its working directory `n<path>`. */
export async function processesByLsof(folder: {dev: number; ino: number}): Promise<number[]> {
  let stdout: string
  try {
    ;({stdout} = await run('lsof', ['-a', '-w', '-c', 'postgres', '-d', 'cwd', '-Fpn']))
  } catch (error) {
    // lsof ends with 1 when it finds nothing.
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 1) return []
    throw error
  }
  const pids: number[] = []
  let pid = 0
  for (const line of stdout.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1))
    if (!line.startsWith('n')) continue
    try {
      const place = await stat(line.slice(1))
      if (place.dev === folder.dev && place.ino === folder.ino) pids.push(pid)
    } catch (error) {
      if (!['ENOENT', 'EACCES', 'ENOTDIR'].includes(codeOf(error) ?? '')) throw error
    }
  }
  return pids
}

async function processesByTasklist(recorded: number | undefined): Promise<number[]> {
  if (recorded === undefined) return []
  const {stdout} = await run('tasklist', ['/NH', '/FO', 'CSV', '/FI', `PID eq ${recorded}`], {windowsHide: true})
  return stdout.toLowerCase().includes('"postgres.exe"') ? [recorded] : []
}
