import {afterAll, beforeAll, expect, test} from 'vitest'
import type {HostStatus} from '../../cli/operations/host-status.ts'
import type {HostState, ProcessFacts} from '../../cli/supervisor/host/host-state.ts'
import {HostTarget} from '../support/stack/host-target.ts'
import {eventually} from '../support/stack/stack.ts'

let host: HostTarget
beforeAll(async () => {
  host = await HostTarget.create()
  await host.json('up', 'host')
})
afterAll(async () => await host.dispose())

const minute = 60_000
const stateOf = async (): Promise<HostState> => (await host.state())!
const processOf = async (name: string): Promise<ProcessFacts> =>
  (await stateOf()).processes.find((process) => process.name === name)!
const statusOf = async (): Promise<HostStatus> =>
  JSON.parse((await host.todo5('status', 'host', '--json')).stdout) as HostStatus

interface Task {
  readonly id: number
}
const addDaily = async (title: string): Promise<Task> => await host.json('task', 'add', title, '--repeat', 'daily')
const hasNext = async (task: Task): Promise<boolean> =>
  (await host.json<{entries: {event_type: string}[]}>('task', 'history', String(task.id))).entries.length > 0

test(
  'a service that is stopped by hand stays down, also when the supervisor starts anew',
  {timeout: 10 * minute},
  async () => {
    const service = 'recurring-task-service'
    const before = await stateOf()
    expect(await host.json('down', 'host', '--only', service)).toEqual({
      target: 'host',
      services: [{service, state: 'stopped', changed: true}],
    })
    const left = new Set((await host.processes()).map(({pid}) => pid))
    const parts = before.processes.filter(({name}) => name.endsWith(service))
    expect(parts.map(({pid}) => left.has(pid!))).toEqual([false, false])
    const task = await addDaily('Water the plants')
    const done = await host.json<{next: Task | null; next_pending: boolean}>('task', 'done', String(task.id))
    expect(done).toMatchObject({next: null, next_pending: true})
    process.kill(before.pid, 'SIGKILL')
    await host.json('up', 'host', '--only', 'audit-service')
    expect((await stateOf()).pid).not.toBe(before.pid)
    const status = await statusOf()
    expect(status.state).toBe('degraded')
    expect(
      status.processes.filter(({state}) => state !== 'running').map(({name, state}) => `${name} ${state}`),
    ).toEqual(['recurring-task-service stopped_by_hand', 'daprd-recurring-task-service stopped_by_hand'])
    const up = await host.json<{already_running: boolean; services: unknown}>('up', 'host')
    expect(up).toMatchObject({already_running: true, services: [{service, state: 'running', changed: true}]})
    await eventually('the next one', async () => await hasNext(task), 2 * minute)
    await eventually('all is well', async () => (await statusOf()).state === 'running', minute)
  },
)

test('a part is started anew, and no other', {timeout: 5 * minute}, async () => {
  const before = await stateOf()
  const up = await host.json<{services: unknown}>('up', 'host', '--only', 'audit-service', '--restart')
  expect(up.services).toEqual([{service: 'audit-service', state: 'running', changed: true}])
  const changed = (await stateOf()).processes.filter(
    ({name, pid}) => before.processes.find((process) => process.name === name)!.pid !== pid,
  )
  expect(changed.map(({name, state}) => `${name} ${state}`)).toEqual([
    'audit-service running',
    'daprd-audit-service running',
  ])
  expect((await processOf('audit-service')).restarts).toBe(0)
  const task = await addDaily('Feed the cat')
  await eventually(
    'it is recorded',
    async () =>
      (await host.json<{entries: {task_id: number}[]}>('audit')).entries.some(({task_id: id}) => id === task.id),
    2 * minute,
  )
})
