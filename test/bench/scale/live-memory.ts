import {setTimeout as delay} from 'node:timers/promises'
import {listenersOf} from '../../support/stack/listeners.ts'

/** What a process of Node has in use after garbage was collected, bytes: its heap and what that holds outside of it. */
export interface LiveMemory {
  bytes(): Promise<number>
  close(): void
}

/**
 * Asks through Node's inspector, which it starts in the process by SIGUSR1: memory as the system sees it says little about
 * what a thousand streams need, since it has as much garbage in it as that.
 */
export async function openLiveMemory(pid: number): Promise<LiveMemory> {
  const before = new Set(await portsOf(pid))
  process.kill(pid, 'SIGUSR1')
  let port: number | undefined
  for (const until = performance.now() + 10_000; port === undefined && performance.now() < until; await delay(50))
    port = (await portsOf(pid)).find((other) => !before.has(other))
  if (port === undefined) throw new Error('the inspector did not start; does another process listen on its port, 9229?')
  const [page] = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as {webSocketDebuggerUrl: string}[]
  const socket = new WebSocket(page!.webSocketDebuggerUrl)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, {once: true})
    socket.addEventListener('error', () => reject(new Error('the inspector does not answer')), {once: true})
  })
  let last = 0
  const ask = async (method: string, params: object = {}): Promise<{result: {result?: {value?: number}}}> => {
    const id = ++last
    return await new Promise((resolve) => {
      const take = ({data}: MessageEvent): void => {
        const answer = JSON.parse(String(data)) as {id?: number; result: {result?: {value?: number}}}
        if (answer.id !== id) return
        socket.removeEventListener('message', take)
        resolve(answer)
      }
      socket.addEventListener('message', take)
      socket.send(JSON.stringify({id, method, params}))
    })
  }
  return {
    async bytes() {
      await ask('HeapProfiler.collectGarbage')
      const expression = '(({heapUsed, external}) => heapUsed + external)(process.memoryUsage())'
      const {result} = await ask('Runtime.evaluate', {expression, returnByValue: true})
      return result.result!.value!
    },
    close: () => socket.close(),
  }
}

const portsOf = async (pid: number): Promise<number[]> => (await listenersOf([pid])).map(({port}) => port)
