import {afterEach, beforeEach, expect, test} from 'vitest'
import {ServiceKeeper} from './service-keeper.ts'
import {type HostWanted, NOTHING_WANTED, withoutStopped, withRestarts, withStopped} from './wanted.ts'

const poll = {timeout: 90_000}
const never = new AbortController().signal

let wanted: HostWanted
let seen: string[]
let ending: AbortController
beforeEach(() => {
  wanted = NOTHING_WANTED
  seen = []
  ending = new AbortController()
})
afterEach(() => ending.abort())

const keeper = (): ServiceKeeper =>
  new ServiceKeeper({
    readWanted: async () => wanted,
    changed: () => undefined,
    failed: (service, error) => void seen.push(`${service} failed: ${(error as Error).message}`),
  })

/** A service that writes down what is done with it. */
const service = (name: string, start: (signal: AbortSignal) => Promise<void> = async () => undefined) => {
  return async (signal: AbortSignal) => {
    seen.push(`start ${name}`)
    await start(signal)
    return {
      stop: async () => void seen.push(`stop ${name}`),
      replaceSidecar: async () => void seen.push(`replace ${name}`),
      daprPort: 1,
    }
  }
}

/** As the supervisor does, until `ending`. */
async function keepOn(kept: ServiceKeeper): Promise<void> {
  while (!ending.signal.aborted) {
    kept.bring(wanted)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await kept.settle()
}

const factsOf = (kept: ServiceKeeper, name: string) => kept.facts().find((facts) => facts.service === name)

test('what is stopped by hand is not started, until that is taken back', async () => {
  wanted = withStopped(NOTHING_WANTED, ['audit-service'])
  const kept = keeper()
  await kept.begin({'task-service': service('task'), 'audit-service': service('audit')}, never)
  expect(seen).toEqual(['start task'])
  expect(factsOf(kept, 'audit-service')).toMatchObject({goal: 'stopped', reached: true})
  const running = {name: 'task-service', state: 'running', pid: 1, port: 2, restarts: 0, health_url: null} as const
  expect(kept.complete([running]).map(({name, state}) => `${name} ${state}`)).toEqual([
    'task-service running',
    'daprd-task-service starting',
    'audit-service stopped_by_hand',
    'daprd-audit-service stopped_by_hand',
  ])
  const keeping = keepOn(kept)
  wanted = withoutStopped(wanted, ['audit-service'])
  await expect.poll(() => factsOf(kept, 'audit-service'), poll).toMatchObject({goal: 'running 0', reached: true})
  wanted = withStopped(wanted, ['task-service', 'audit-service'])
  await expect.poll(() => kept.facts().map(({goal, reached}) => reached && goal), poll).toEqual(['stopped', 'stopped'])
  ending.abort()
  await keeping
  await kept.stop('task-service', 'audit-service')
  expect(seen).toEqual(['start task', 'start audit', 'stop task', 'stop audit'])
})

test('a restart is a stop and a start, and touches nobody else', async () => {
  const kept = keeper()
  await kept.begin({'task-service': service('task'), 'audit-service': service('audit')}, never)
  const keeping = keepOn(kept)
  wanted = withRestarts(wanted, ['audit-service'])
  await expect.poll(() => factsOf(kept, 'audit-service'), poll).toMatchObject({goal: 'running 1', reached: true})
  expect(seen).toEqual(['start task', 'start audit', 'stop audit', 'start audit'])
  ending.abort()
  await keeping
  await kept.stop('audit-service')
  expect(seen.at(-1)).toBe('stop audit')
})

test('a start that hangs is given up when it is no longer wanted, and at the end', async () => {
  let hangs = false
  const hanging = async (signal: AbortSignal): Promise<void> => {
    if (hangs) await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
  }
  const kept = keeper()
  await kept.begin({'chat-api': service('chat', hanging)}, never)
  const keeping = keepOn(kept)
  hangs = true
  wanted = withRestarts(wanted, ['chat-api'])
  await expect.poll(() => seen, poll).toEqual(['start chat', 'stop chat', 'start chat'])
  expect(factsOf(kept, 'chat-api')).toMatchObject({goal: 'running 1', reached: false, fault: null})
  wanted = withStopped(wanted, ['chat-api'])
  await expect.poll(() => factsOf(kept, 'chat-api'), poll).toMatchObject({goal: 'stopped', reached: true})
  wanted = withoutStopped(wanted, ['chat-api'])
  await expect.poll(() => seen.length, poll).toBe(4)
  ending.abort()
  await keeping
  await kept.stop('chat-api')
  expect(seen).toEqual(['start chat', 'stop chat', 'start chat', 'start chat'])
})

test('a start that fails says why, and is tried again', async () => {
  let broken = true
  const kept = keeper()
  const start = async (): Promise<void> => {
    if (broken && seen.length > 1) throw new Error('no port')
  }
  await kept.begin({'audit-service': service('audit', start)}, never)
  const keeping = keepOn(kept)
  wanted = withRestarts(wanted, ['audit-service'])
  await expect.poll(() => factsOf(kept, 'audit-service'), poll).toMatchObject({fault: 'no port', reached: false})
  expect(kept.complete([]).map(({state}) => state)).toEqual(['restarting', 'restarting'])
  broken = false
  await expect.poll(() => factsOf(kept, 'audit-service'), poll).toMatchObject({fault: null, reached: true})
  expect(seen).toEqual(['start audit', 'stop audit', 'start audit', 'audit-service failed: no port', 'start audit'])
  ending.abort()
  await keeping
})

test('a first start that fails fails the whole, when the others have settled', async () => {
  const kept = keeper()
  const failing = service('task', async () => await Promise.reject(new Error('no Kafka')))
  const starting = kept.begin({'task-service': failing, 'audit-service': service('audit')}, never)
  await expect(starting).rejects.toThrow('no Kafka')
  await kept.stop('task-service', 'audit-service')
  expect(seen).toEqual(['start task', 'start audit', 'stop audit'])
})

test('a running service is used alone; one that is stopped is not there', async () => {
  const kept = keeper()
  await kept.begin({'task-service': service('task'), 'audit-service': service('audit')}, never)
  const keeping = keepOn(kept)
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  const using = kept.use('task-service', async (running) => {
    await held
    await running!.replaceSidecar({resources: [], configuration: ''}, never)
  })
  wanted = withStopped(wanted, ['task-service'])
  await expect.poll(() => factsOf(kept, 'task-service')?.goal, poll).toBe('stopped')
  expect(seen).toEqual(['start task', 'start audit'])
  release()
  await using
  await expect.poll(() => factsOf(kept, 'task-service'), poll).toMatchObject({reached: true})
  await kept.use('task-service', async (running) => void seen.push(running ? 'task runs' : 'task is not there'))
  await expect(kept.use('audit-service', async () => await Promise.reject(new Error('no')))).rejects.toThrow('no')
  kept.startAgain('audit-service')
  await expect.poll(() => seen.length, poll).toBe(7)
  expect(seen.slice(2)).toEqual(['replace task', 'stop task', 'task is not there', 'stop audit', 'start audit'])
  ending.abort()
  await keeping
})
