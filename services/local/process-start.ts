import {execFile} from 'node:child_process'
import {readFile} from 'node:fs/promises'
import {promisify} from 'node:util'

const run = promisify(execFile)

/**
 * When a process started, in words that no other process of this pid shares; undefined when there is none. Linux: the
 * id of this boot and the clock tick of the start. macOS: what ps says. Windows: the time by WMI.
 */
export async function processStart(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return await startByProc(pid)
  if (process.platform === 'win32')
    return await firstLine('powershell', [
      '-NoProfile',
      '-Command',
      `(Get-Process -Id ${pid}).StartTime.ToUniversalTime().Ticks`,
    ])
  return await firstLine('ps', ['-o', 'lstart=', '-p', String(pid)])
}

/** Whether the process that said `start` about itself still runs. */
export const isSameProcess = async (pid: number, start: string): Promise<boolean> => (await processStart(pid)) === start

async function startByProc(pid: number): Promise<string | undefined> {
  try {
    const [stat, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ])
    // "pid (name) state …": the name may hold spaces and brackets. State is field 3, the start is field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie has ended; its parent has only not asked yet.
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${boot.trim()}:${fields[19]}`
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}

async function firstLine(program: string, args: string[]): Promise<string | undefined> {
  try {
    const {stdout} = await run(program, args, {env: {LC_ALL: 'C', TZ: 'UTC'}, windowsHide: true})
    return stdout.trim() || undefined
  } catch (error) {
    // Both end with 1 when there is no such process.
    if (typeof (error as {code?: unknown}).code === 'number') return undefined
    throw error
  }
}
