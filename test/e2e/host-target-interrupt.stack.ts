import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest'
import type {HostState} from '../../cli/supervisor/host/host-state.ts'
import {HostTarget} from '../support/stack/host-target.ts'
import {eventually} from '../support/eventually.ts'

let host: HostTarget
beforeAll(async () => {
  host = await HostTarget.create()
})
afterAll(async () => await host.dispose())
/** What a first try may have left. */
beforeEach(async () => {
  if ((await host.state()) || (await host.processes()).length > 0)
    expect((await host.todo5('down', 'host')).code).toBe(0)
})

const minute = 60_000
const has = (state: HostState | undefined, name: string): boolean =>
  state?.processes.some((program) => program.name === name) ?? false

const supervised = async (): Promise<boolean> =>
  (await host.processes()).some(({command}) => command.includes('host-process'))

const MOMENTS: readonly (readonly [when: string, is: (state: HostState | undefined) => boolean | Promise<boolean>])[] =
  [
    ['as the supervisor starts, before anything is written down', supervised],
    ['as the first programs start', (state) => state !== undefined],
    ['as Kafka starts', (state) => has(state, 'kafka')],
    ['as topics are made', (state) => state?.step === 'topics' || state?.step === 'services'],
    ['as the first service starts', (state) => has(state, 'task-service')],
    ['as the last service starts', (state) => has(state, 'chat-api')],
  ]

for (const [when, is] of MOMENTS) {
  test(`Ctrl-C leaves nothing: ${when}`, {timeout: 6 * minute}, async () => {
    const {child, ended} = host.start('up', 'host')
    await eventually(when, async () => await is(await host.state()), 4 * minute)
    process.kill(-child.pid!, 'SIGINT')
    const {code, stderr} = await ended
    expect([code, stderr]).toEqual([130, expect.stringContaining('Interrupted')])
    expect(await host.remains()).toEqual([])
  })
}

test('after all of that it comes up', {timeout: 6 * minute}, async () => {
  expect((await host.todo5('up', 'host')).code).toBe(0)
  expect((await host.todo5('task', 'add', 'Still here')).code).toBe(0)
})
