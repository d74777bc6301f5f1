import {readdir, readFile, readlink} from 'node:fs/promises'
import {runProgram} from '../tools/run-program.ts'

export interface ListeningSocket {
  readonly port: number
  /** 127.0.0.0/8 or ::1: nobody else's machine can connect. */
  readonly loopback: boolean
}

/** The TCP sockets on which these processes listen; undefined where the system does not tell (Windows). */
export async function listenersOf(
  pids: readonly number[],
): Promise<(ListeningSocket & {readonly pid: number})[] | undefined> {
  if (process.platform === 'win32') return undefined
  if (process.platform !== 'linux') return await listenersByLsof(pids)
  const sockets = await listeningSockets()
  const found = await Promise.all(
    pids.map(async (pid) => (await socketsOf(pid, sockets)).map((socket) => ({pid, ...socket}))),
  )
  return found.flat()
}

const LISTENING = '0A'

/** All of this machine, by the name that a process's descriptor has (Linux). */
export async function listeningSockets(): Promise<Map<string, ListeningSocket>> {
  const sockets = new Map<string, ListeningSocket>()
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of (await readOrEmpty(table)).split('\n').slice(1)) {
      // number, local address:port, remote address:port, state, queues, timer, retransmits, uid, timeout, inode
      const fields = line.trim().split(/\s+/u)
      if (fields[3] !== LISTENING) continue
      const [address = '', port = ''] = fields[1]!.split(':')
      sockets.set(`socket:[${fields[9]}]`, {loopback: isLoopback(address), port: Number.parseInt(port, 16)})
    }
  }
  return sockets
}

/** Which of them a process holds; none when it has ended, or is another user's. */
export async function socketsOf(
  pid: number,
  sockets: ReadonlyMap<string, ListeningSocket>,
): Promise<ListeningSocket[]> {
  const descriptors = await orNothing(readdir(`/proc/${pid}/fd`), [])
  const links = await Promise.all(
    descriptors.map(async (descriptor) => await orNothing(readlink(`/proc/${pid}/fd/${descriptor}`), '')),
  )
  return links.flatMap((link) => sockets.get(link) ?? [])
}

export const readOrEmpty = async (path: string): Promise<string> => await orNothing(readFile(path, 'utf8'), '')

/** Ended meanwhile, or another user's. */
async function orNothing<T>(work: Promise<T>, nothing: T): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (['ENOENT', 'EACCES', 'EPERM', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return nothing
    throw error
  }
}

/** The kernel writes each four bytes as a little-endian number; ::ffff:127.0.0.1 is loopback, too. */
function isLoopback(address: string): boolean {
  const lastByte = address.slice(-2)
  if (address.length === 8) return lastByte === '7F'
  return (
    address === `${'0'.repeat(24)}01000000` || (address.startsWith(`${'0'.repeat(16)}FFFF0000`) && lastByte === '7F')
  )
}

/** A line `p<pid>`, then for each socket a line `f<descriptor>` and a line `n<address>:<port>`. */
async function listenersByLsof(pids: readonly number[]): Promise<(ListeningSocket & {readonly pid: number})[]> {
  if (pids.length === 0) return []
  const {stdout} = await runProgram('lsof', ['-nP', '-w', '-a', '-p', pids.join(','), '-iTCP', '-sTCP:LISTEN', '-Fpn'])
  const found: (ListeningSocket & {pid: number})[] = []
  let pid = 0
  for (const line of stdout.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1))
    const [, address, port] = /^n(.+):(\d+)$/u.exec(line) ?? []
    if (address !== undefined) found.push({pid, loopback: /^(127\.|\[::1\])/u.test(address), port: Number(port)})
  }
  return found
}
