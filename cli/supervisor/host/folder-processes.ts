import {readdir, readlink, realpath} from 'node:fs/promises'
import {sep} from 'node:path'
import {runProgram} from '../../tools/run-program.ts'

export interface FolderProcess {
  readonly pid: number
  readonly folder: string
}

/**
 * The processes that work in a folder or below it: what a supervisor that was killed has left, also when it had no time
 * to write it down. Linux asks /proc, macOS lsof. Windows does not tell; there what was written down must do.
 */
export async function processesIn(folder: string): Promise<FolderProcess[]> {
  if (process.platform === 'win32') return []
  let place: string
  try {
    place = await realpath(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  const inside = (path: string): boolean => path === place || path.startsWith(place + sep)
  return process.platform === 'linux' ? await byProc(inside) : await byLsof(inside)
}

async function byProc(inside: (path: string) => boolean): Promise<FolderProcess[]> {
  const found: FolderProcess[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/u.test(name) || Number(name) === process.pid) continue
    try {
      // A zombie works nowhere.
      const folder = await readlink(`/proc/${name}/cwd`)
      if (inside(folder)) found.push({pid: Number(name), folder})
    } catch (error) {
      // Ended meanwhile, or another user's.
      if (!['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }
  return found
}

/** A line `p<pid>` and a line `n<folder>` for each process. */
async function byLsof(inside: (path: string) => boolean): Promise<FolderProcess[]> {
  const {stdout} = await runProgram('lsof', ['-w', '-d', 'cwd', '-Fpn'])
  const found: FolderProcess[] = []
  let pid = 0
  for (const line of stdout.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1))
    const folder = line.slice(1)
    if (line.startsWith('n') && inside(folder) && pid !== process.pid) found.push({pid, folder})
  }
  return found
}
