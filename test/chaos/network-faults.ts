import type {TcpProxy} from '../support/faults/tcp-proxy.ts'
import {setTimeout as delay} from 'node:timers/promises'
import {sendSignal} from '../../services/database/server/processes.ts'
import type {Fault} from './chaos-target.ts'
import type {Random} from './random.ts'

/** Between the clients and the API. */
export function apiFaults(proxy: () => TcpProxy): Fault[] {
  return [
    {
      kind: 'connections of clients cut',
      run: async (random) => {
        proxy().cut()
        await delay(random.between(500, 4000))
        proxy().restore()
      },
    },
    {
      kind: 'connections of clients slow',
      run: async (random) => {
        proxy().slow(random.between(200, 1500))
        await delay(random.between(2000, 6000))
        proxy().restore()
      },
    },
  ]
}

/** Longer than the leases of relay and consumers, or shorter. */
export async function hang(pids: readonly number[], random: Random): Promise<void> {
  for (const pid of pids) sendSignal(pid, 'SIGSTOP')
  try {
    await delay(random.between(1000, 8000))
  } finally {
    for (const pid of pids) sendSignal(pid, 'SIGCONT')
  }
}
