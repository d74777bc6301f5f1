import {readdir} from 'node:fs/promises'
import {basename} from 'node:path'
import {runProgram} from '../tools/run-program.ts'
import {listeningSockets, readOrEmpty, socketsOf} from './listening-sockets.ts'

export interface PortOwner {
  readonly pid: number
  readonly name: string
}

/** The program that listens on a TCP port of this machine; undefined when nobody does, or we may not see who. */
export async function portOwner(port: number): Promise<PortOwner | undefined> {
  if (process.platform === 'linux') return await ownerByProc(port)
  if (process.platform === 'win32') return undefined
  return await ownerByLsof(port)
}

/** "python3 (pid 4127)", or words that fit when nothing is known. */
export const ownerText = (owner: PortOwner | undefined): string =>
  owner ? `${owner.name} (pid ${owner.pid})` : 'another program'

async function ownerByProc(port: number): Promise<PortOwner | undefined> {
  const sockets = await listeningSockets()
  for (const [link, socket] of sockets) if (socket.port !== port) sockets.delete(link)
  if (sockets.size === 0) return undefined
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/u.test(name))) {
    const held = await socketsOf(Number(pid), sockets)
    if (held.length > 0) return {pid: Number(pid), name: await nameOf(pid)}
  }
  return undefined
}

/** What was started, rather than the name of its thread: a script's interpreter shows the file it runs. */
async function nameOf(pid: string): Promise<string> {
  const [program = ''] = (await readOrEmpty(`/proc/${pid}/cmdline`)).split('\0')
  return basename(program) || (await readOrEmpty(`/proc/${pid}/comm`)).trim() || 'a program'
}

async function ownerByLsof(port: number): Promise<PortOwner | undefined> {
  const {stdout} = await runProgram('lsof', ['-nP', '-w', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'])
  const pid = /^p(\d+)$/mu.exec(stdout)?.[1]
  const name = /^c(.+)$/mu.exec(stdout)?.[1]
  return pid === undefined ? undefined : {pid: Number(pid), name: name ?? 'a program'}
}
