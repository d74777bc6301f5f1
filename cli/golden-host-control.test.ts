import {mkdir, mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {SERVICE_NAMES} from '../services/contracts/service-names.ts'
import {writeJson} from '../services/local/json-file.ts'
import {hostFolders, hostStateFile} from './supervisor/host/host-folders.ts'
import {readWanted} from './supervisor/host/open-host-machine.ts'
import {ServiceKeeper} from './supervisor/host/service-keeper.ts'
import {hostStateOfThisProcess} from './supervisor/testing/host-state-of-this-process.ts'
import {runCli, transcript} from './testing/run-cli.ts'

/** A home in which the host target seems to run: its supervisor is this process, its services do nothing. */
let home: string
let ending: AbortController
let keeping: Promise<void>
let broken: string | undefined
let done: string[]
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'todo5-control-'))
  ending = new AbortController()
  keeping = Promise.resolve()
  broken = undefined
  done = []
})
afterEach(async () => {
  ending.abort()
  await keeping
  await rm(home, {recursive: true, force: true})
})

const run = async (line: string): Promise<string> => transcript(await runCli(line.split(' '), {home}))

async function supervise(): Promise<void> {
  const {state: folder} = hostFolders(join(home, 'data', 'host'))
  await mkdir(folder, {recursive: true})
  const state = await hostStateOfThisProcess()
  let writing = Promise.resolve()
  const write = async (): Promise<void> => {
    const [processes, services] = [keeper.complete(state.processes), keeper.facts()]
    await writeJson(hostStateFile(folder), {...state, processes, services})
  }
  const changed = (): void => void (writing = writing.then(write))
  const keeper = new ServiceKeeper({readWanted: async () => await readWanted(folder), changed, failed: changed})
  const start = (name: string) => async () => {
    done.push(`start ${name}`)
    if (broken === name) throw new Error(`${name} ended (1): no such database`)
    const stop = async (): Promise<void> => void done.push(`stop ${name}`)
    return {stop, replaceSidecar: stop, daprPort: 1}
  }
  const starts = Object.fromEntries(SERVICE_NAMES.map((name) => [name, start(name)]))
  await keeper.begin(starts, ending.signal)
  done = []
  changed()
  await writing
  keeping = keepOn(keeper, folder).then(async () => await writing)
}

async function keepOn(keeper: ServiceKeeper, folder: string): Promise<void> {
  while (!ending.signal.aborted) {
    keeper.bring(await readWanted(folder))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await keeper.settle()
}

test('down host --only: what it would do, what it did, and again', async () => {
  await supervise()
  expect(await run('down host --only recurring-task-service --dry-run')).toBe(
    ' 1  stop recurring-task-service (pid 5000002), when it has finished what is under way, then daprd-recurring-task-service (pid 5000003)\n(exit 0)',
  )
  expect(done).toEqual([])
  expect(await run('down host --only recurring-task-service audit-service')).toMatchInlineSnapshot(`
    "✔ recurring-task-service and its sidecar: stopped by hand
    ✔ audit-service and its sidecar: stopped by hand
    |   Start again: todo5 up host --only recurring-task-service audit-service   or all of it: todo5 up host
    (exit 0)"
  `)
  expect(done.toSorted()).toEqual(['stop audit-service', 'stop recurring-task-service'])
  expect(JSON.parse((await runCli('down host --only audit-service --json'.split(' '), {home})).stdout)).toEqual({
    target: 'host',
    services: [{service: 'audit-service', state: 'stopped', changed: false}],
  })
  expect(done).toHaveLength(2)
  const status = await run('status host')
  expect(status).toMatch(/^host {2}running, but for what is stopped by hand/u)
  expect(status).toMatch(/audit-service +stopped by hand\n.*daprd +stopped by hand\n/u)
  expect(status).toMatch(/Start again: todo5 up host\n\(exit 4\)$/u)
})

test('down host --only where nothing runs, of local, or together with --delete', async () => {
  expect(await run('down host --only audit-service')).toMatch(/host does not run.*\(exit 4\)$/su)
  expect(await run('down --only audit-service')).toMatch(/--only is for host.*\(exit 2\)$/su)
  expect(await run('up --only audit-service')).toMatch(/--only is for host.*\(exit 2\)$/su)
  expect(await run('down host --only kafka')).toMatch(/\(exit 2\)$/u)
  expect(await run('down host --only audit-service --delete')).toMatch(/\(exit 2\)$/u)
})
