import {readFile} from 'node:fs/promises'
import {runProgram} from '../tools/run-program.ts'

/**
 * Memory of a group of processes in bytes; null where the system does not say. Linux counts what they share once (PSS),
 * as far as it may be read, else each process's resident set.
 */
export async function memoryOf(pids: readonly number[]): Promise<number | null> {
  if (pids.length === 0 || process.platform === 'win32') return null
  const sizes = process.platform === 'linux' ? await Promise.all(pids.map(sizeByProc)) : await sizesByPs(pids)
  const known = sizes.filter((size) => size !== undefined)
  return known.length === 0 ? null : known.reduce((sum, size) => sum + size, 0) * 1024
}

async function sizeByProc(pid: number): Promise<number | undefined> {
  return (await kilobytes(`/proc/${pid}/smaps_rollup`, 'Pss')) ?? (await kilobytes(`/proc/${pid}/status`, 'VmRSS'))
}

async function kilobytes(file: string, label: string): Promise<number | undefined> {
  try {
    const found = new RegExp(`^${label}:\\s+(\\d+) kB$`, 'mu').exec(await readFile(file, 'utf8'))
    return found ? Number(found[1]) : undefined
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

async function sizesByPs(pids: readonly number[]): Promise<number[]> {
  const {stdout} = await runProgram('ps', ['-o', 'rss=', '-p', pids.join(',')])
  return stdout
    .split('\n')
    .map(Number)
    .filter((size) => size > 0)
}
