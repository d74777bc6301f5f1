import {readdir, readFile, readlink} from 'node:fs/promises'
import {basename} from 'node:path'
import {runProgram} from '../tools/run-program.ts'

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

const LISTENING = '0A'

async function ownerByProc(port: number): Promise<PortOwner | undefined> {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  const inodes = new Set<string>()
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await readOrEmpty(table)
    for (const line of text.split('\n').slice(1)) {
      // number, local address:port, remote address:port, state, queues, timer, retransmits, uid, timeout, inode
      const fields = line.trim().split(/\s+/u)
      if (fields[3] === LISTENING && fields[1]?.endsWith(`:${wanted}`)) inodes.add(`socket:[${fields[9]}]`)
    }
  }
  if (inodes.size === 0) return undefined
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/u.test(name))) {
    if (await holds(pid, inodes)) return {pid: Number(pid), name: await nameOf(pid)}
  }
  return undefined
}

async function holds(pid: string, links: ReadonlySet<string>): Promise<boolean> {
  let descriptors: string[]
  try {
    descriptors = await readdir(`/proc/${pid}/fd`)
  } catch (error) {
    return notOurs(error)
  }
  for (const descriptor of descriptors) {
    try {
      if (links.has(await readlink(`/proc/${pid}/fd/${descriptor}`))) return true
    } catch (error) {
      notOurs(error)
    }
  }
  return false
}

/** Ended meanwhile, or another user's. */
function notOurs(error: unknown): false {
  if (['ENOENT', 'EACCES', 'EPERM', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
  throw error
}

/** What was started, rather than the name of its thread: a script's interpreter shows the file it runs. */
async function nameOf(pid: string): Promise<string> {
  const [program = ''] = (await readOrEmpty(`/proc/${pid}/cmdline`)).split('\0')
  return basename(program) || (await readOrEmpty(`/proc/${pid}/comm`)).trim() || 'a program'
}

async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    notOurs(error)
    return ''
  }
}

async function ownerByLsof(port: number): Promise<PortOwner | undefined> {
  const {stdout} = await runProgram('lsof', ['-nP', '-w', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'])
  const pid = /^p(\d+)$/mu.exec(stdout)?.[1]
  const name = /^c(.+)$/mu.exec(stdout)?.[1]
  return pid === undefined ? undefined : {pid: Number(pid), name: name ?? 'a program'}
}
