import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {readJson, writeJson} from '../../../services/local/json-file.ts'
import {DaprRollout, VersionGivenUp} from './dapr-rollout.ts'
import {currentVersion, daprHash, type DaprVersions, openDaprVersions} from './dapr-versions.ts'
import type {SidecarFiles} from './host-parts.ts'
import {type Program, ProgramFailure} from './program.ts'

const poll = {timeout: 90_000}
const never = new AbortController().signal
const packaged = {'components/a.yaml': 'first'}
const change = {action: 'apply', of: null, package_hash: daprHash(packaged), values: {}} as const

let folder: string
let versions: DaprVersions
let seen: string[]
/** By "service text": what goes wrong with these files. */
let faults: Record<string, string>
let absent: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'todo5-dapr-'))
  const files = {read: readJson, write: writeJson, locked: async <T>(work: () => Promise<T>) => await work()}
  versions = openDaprVersions(join(folder, 'dapr'), {by: 'me', todo5: '1.0.0'}, files)
  seen = []
  faults = {}
  absent = []
})
afterEach(async () => await rm(folder, {recursive: true, force: true}))

/** Sidecars are given one text: that of audit.yaml for audit-service, of a.yaml for all others. */
function rollout(sources: Readonly<Record<string, string>> = packaged): DaprRollout {
  return new DaprRollout({
    versions,
    packageSources: async () => sources,
    filesOf: async (app, {sources: {'components/a.yaml': all = '', ...others}}) => ({
      configuration: app === 'audit-service' ? (others['components/audit.yaml'] ?? all) : all,
      resources: [],
    }),
    replaceSidecar: async (app, {configuration}: SidecarFiles) => {
      seen.push(`${app} ${configuration}`)
      const fault = faults[`${app} ${configuration}`]
      if (fault !== undefined) throw new Error(fault)
    },
    missing: async () => absent.splice(0, 1),
    startAgain: (app) => void seen.push(`${app} again`),
    changed: () => undefined,
    logger: {info: () => undefined, warn: () => undefined, error: () => undefined},
  })
}

async function settled(roll: DaprRollout, wanted: number): Promise<void> {
  roll.bring(wanted, never)
  await roll.settled()
  await expect.poll(() => roll.facts().asked, poll).toBe(wanted)
}

test('only the sidecars that a version concerns are started anew, one after the other', async () => {
  const roll = rollout()
  await roll.begin(null)
  await roll.started()
  expect(roll.facts()).toEqual({version: 1, asked: null, fault: null})
  await versions.add({...change, sources: {...packaged, 'components/audit.yaml': 'other'}})
  absent = ['pubsub']
  await settled(roll, 2)
  expect(seen).toEqual(['audit-service other'])
  expect(roll.facts()).toEqual({version: 2, asked: 2, fault: null})
  roll.bring(2, never)
  await versions.add({...change, sources: {'components/a.yaml': 'second'}})
  seen = []
  await settled(roll, 3)
  expect(seen.map((line) => line.split(' ')[0])).toEqual([
    'audit-service',
    'notification-service',
    'recurring-task-service',
    'task-service',
    'chat-api',
  ])
  expect((await versions.all()).map(({number, state}) => `${number} ${state}`)).toEqual([
    '3 loaded',
    '2 loaded',
    '1 loaded',
  ])
  expect((await roll.filesOf('chat-api')).configuration).toBe('second')
})

test('when one does not come up, those before it get back what they had', async () => {
  const roll = rollout()
  await roll.begin(null)
  await roll.started()
  await versions.add({...change, sources: {'components/a.yaml': 'bad'}})
  faults = {'recurring-task-service bad': 'daprd ended (1): no such field', 'audit-service first': 'no Kafka'}
  await settled(roll, 2)
  expect(seen).toEqual([
    'audit-service bad',
    'notification-service bad',
    'recurring-task-service bad',
    'recurring-task-service first',
    'notification-service first',
    'audit-service first',
    'audit-service again',
  ])
  expect(roll.facts()).toEqual({version: 1, asked: 2, fault: 'daprd ended (1): no such field'})
  expect((await roll.filesOf('recurring-task-service')).configuration).toBe('first')
  expect((await versions.all())[0]).toMatchObject({
    number: 2,
    state: 'failed',
    reason: 'daprd ended (1): no such field',
  })
  await settled(roll, 7)
  expect(roll.facts().fault).toBe('there is no version 7')
})

test('after a restart the version stays, until the package has others', async () => {
  const first = rollout()
  await first.begin(null)
  await first.started()
  await versions.add({...change, values: {samplingRate: '0'}, sources: {'components/a.yaml': 'second'}})
  await settled(first, 2)
  const again = rollout()
  await again.begin(2)
  expect(again.facts()).toEqual({version: 2, asked: 2, fault: null})
  const upgraded = rollout({'components/a.yaml': 'of the next release'})
  await upgraded.begin(2)
  await upgraded.started()
  expect((await versions.all())[0]).toMatchObject({
    number: 3,
    action: 'up',
    state: 'loaded',
    values: {samplingRate: '0'},
  })
  expect((await upgraded.filesOf('chat-api')).configuration).toBe('of the next release')
})

test('what was applied while nothing ran is given up when the start fails by it; the package’s own is not', async () => {
  const failure = (name: string): ProgramFailure =>
    new ProgramFailure({name, logFile: '/l'} as Program, 'ended (1)', 'bad component')
  const first = rollout()
  await first.begin(null)
  expect(await first.startFailed(failure('daprd-chat-api'))).toBeInstanceOf(ProgramFailure)
  await first.started()
  await versions.add({...change, sources: {'components/a.yaml': 'bad'}})
  const second = rollout()
  await second.begin(null)
  expect(second.facts().version).toBe(2)
  expect(await second.startFailed(failure('kafka'))).toBeInstanceOf(ProgramFailure)
  expect(currentVersion(await versions.all())?.number).toBe(2)
  const error = await second.startFailed(failure('daprd-chat-api'))
  expect(error).toBeInstanceOf(VersionGivenUp)
  expect((error as Error).message).toContain('Version 2 of the Dapr resources is given up.')
  const third = rollout()
  await third.begin(null)
  expect(third.facts().version).toBe(1)
})

test('a rollout that is aborted leaves its version for the next start', async () => {
  const ending = new AbortController()
  const roll = rollout()
  await roll.begin(null)
  await roll.started()
  await versions.add({...change, sources: {'components/a.yaml': 'second'}})
  faults = {'audit-service second': 'aborted'}
  ending.abort()
  roll.bring(2, ending.signal)
  await roll.settled()
  expect(seen).toEqual(['audit-service second'])
  expect(currentVersion(await versions.all())).toMatchObject({number: 2, state: 'pending'})
})

test('ten versions are kept, and the loaded one; what is no version is passed over', async () => {
  const {number} = await versions.add({...change, sources: {}})
  await versions.mark(number, 'loaded')
  for (let n = 0; n < 12; n++) await versions.add({...change, sources: {n: String(n)}})
  await writeJson(join(folder, 'dapr', '99.json'), {number: 'many'})
  expect((await versions.all()).map((version) => version.number)).toEqual([13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 1])
})
