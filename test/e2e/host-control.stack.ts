import {cp, readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {HostStatus} from '../../cli/operations/host-status.ts'
import type {HostState, ProcessFacts} from '../../cli/supervisor/host/host-state.ts'
import {packagePath} from '../../services/package-root.ts'
import {HostTarget} from '../support/stack/host-target.ts'
import {eventually} from '../support/eventually.ts'

let host: HostTarget
const minute = 60_000
beforeAll(async () => {
  host = await HostTarget.create()
  await host.bringUp()
}, 10 * minute)
afterAll(async () => await host.dispose())

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

const pidsOf = async (): Promise<Record<string, number | null>> =>
  Object.fromEntries((await stateOf()).processes.map(({name, pid}) => [name, pid]))
const changed = (before: Record<string, number | null>, after: Record<string, number | null>): string[] =>
  Object.keys(after).filter((name) => before[name] !== after[name])

/** A copy of dapr/ in which one text stands in place of another. */
async function changedCopy(name: string, changes: readonly (readonly [path: string, from: string, to: string])[]) {
  const folder = join(host.hostDir, 'copies', name)
  await cp(packagePath('dapr'), folder, {recursive: true})
  for (const [path, from, to] of changes) {
    const text = await readFile(join(folder, path), 'utf8')
    expect(text).toContain(from)
    await writeFile(join(folder, path), text.replace(from, to))
  }
  return folder
}

test(
  'dapr apply reaches the sidecars that it concerns, and rollback takes it back',
  {timeout: 10 * minute},
  async () => {
    const before = await pidsOf()
    const folder = await changedCopy('good', [
      ['components/pubsub-live.yaml', 'heartbeatInterval, value: 3s', 'heartbeatInterval, value: 2s'],
    ])
    const plan = await host.json<{changes: {path: string; diff: string}[]}>(
      'dapr',
      'apply',
      '--from',
      folder,
      '--dry-run',
    )
    expect(plan.changes.map(({path}) => path)).toEqual(['components/pubsub-live.yaml'])
    expect(plan.changes[0]!.diff).toContain('+      value: 2s')
    expect(await pidsOf()).toEqual(before)
    expect(await host.json('dapr', 'apply', '--from', folder)).toMatchObject({state: 'loaded', services: ['chat-api']})
    const after = await pidsOf()
    expect(changed(before, after)).toEqual(['daprd-chat-api'])
    const resources = join(host.hostDir, 'run', 'daprd-chat-api', 'resources')
    const loaded = async (): Promise<string> => await readFile(join(resources, 'components-pubsub-live.yaml'), 'utf8')
    expect(await loaded()).toContain('value: 2s')
    expect(await host.json('dapr', 'rollback')).toMatchObject({state: 'loaded', services: ['chat-api']})
    expect(await loaded()).not.toContain('value: 2s')
    expect(changed(after, await pidsOf())).toEqual(['daprd-chat-api'])
    expect((await host.todo5('task', 'list')).code).toBe(0)
  },
)

test('a component that does not come up takes everything back to what it was', {timeout: 15 * minute}, async () => {
  const before = await host.json<{versions: {number: number; current: boolean}[]}>('dapr', 'versions')
  // Every sidecar gets the policies; only the last one gets the component that Kafka's client refuses.
  const folder = await changedCopy('bad', [
    ['resiliency/todo5.yaml', 'duration: 500ms', 'duration: 600ms'],
    ['components/pubsub-live.yaml', 'heartbeatInterval, value: 3s', 'heartbeatInterval, value: 30s'],
  ])
  const {code, stdout} = await host.todo5('dapr', 'apply', '--from', folder, '--json')
  const {error} = JSON.parse(stdout) as {error: {code: string; message: string}}
  expect([code, error.code, error.message]).toEqual([
    5,
    'dapr_not_loaded',
    expect.stringMatching(/daprd-chat-api ended/u),
  ])
  const {versions} = await host.json<{versions: {number: number; state: string; current: boolean}[]}>(
    'dapr',
    'versions',
  )
  expect(versions[0]).toMatchObject({state: 'failed', current: false})
  expect(versions.find(({current}) => current)!.number).toBe(before.versions.find(({current}) => current)!.number)
  await eventually('all is well', async () => (await statusOf()).state === 'running', 2 * minute)
  const task = await addDaily('Sweep the floor')
  await host.json('task', 'done', String(task.id))
  await eventually('the next one', async () => await hasNext(task), 2 * minute)
})
