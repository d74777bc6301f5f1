import {readdir, readFile, readlink} from 'node:fs/promises'

export interface ListeningSocket {
  readonly pid: number
  /** True for 127.0.0.0/8 and ::1. */
  readonly loopback: boolean
  readonly port: number
}

/** The TCP sockets on which these processes listen (Linux). */
export async function listenersOf(pids: readonly number[]): Promise<ListeningSocket[]> {
  return await socketsOf(pids, ['tcp', 'tcp6'], '0A')
}

/** The ports at which these processes take datagrams of anybody (Linux). */
export async function boundUdpPortsOf(pids: readonly number[]): Promise<number[]> {
  return (await socketsOf(pids, ['udp', 'udp6'], '07')).map(({port}) => port)
}

async function socketsOf(
  pids: readonly number[],
  tables: readonly string[],
  state: string,
): Promise<ListeningSocket[]> {
  const sockets = new Map<string, {loopback: boolean; port: number}>()
  for (const table of tables) {
    for (const line of (await readFile(`/proc/net/${table}`, 'utf8')).split('\n').slice(1)) {
      // number, local address:port, remote address:port, state, queues, timer, retransmits, uid, timeout, inode
      const fields = line.trim().split(/\s+/u)
      if (fields[3] !== state) continue
      const [address, port] = fields[1]!.split(':') as [string, string]
      sockets.set(`socket:[${fields[9]}]`, {loopback: isLoopback(address), port: Number.parseInt(port, 16)})
    }
  }
  const found: ListeningSocket[] = []
  for (const pid of pids) {
    for (const descriptor of await readdir(`/proc/${pid}/fd`)) {
      const socket = sockets.get(await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => ''))
      if (socket) found.push({pid, ...socket})
    }
  }
  return found
}

/** The kernel writes each four bytes as a little-endian number; ::ffff:127.0.0.1 is loopback, too. */
function isLoopback(address: string): boolean {
  const lastByte = address.slice(-2)
  if (address.length === 8) return lastByte === '7F'
  return (
    address === `${'0'.repeat(24)}01000000` || (address.startsWith('0'.repeat(16) + 'FFFF0000') && lastByte === '7F')
  )
}
