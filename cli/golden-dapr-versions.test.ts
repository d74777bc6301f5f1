import {cp, mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {writeJson} from '../services/local/json-file.ts'
import {packagePath} from '../services/package-root.ts'
import {resourcesOf} from './operations/dapr-changes.ts'
import {readDaprSources} from './operations/dapr-sources.ts'
import {renderDapr} from './operations/render-dapr.ts'
import {DaprRollout} from './supervisor/host/dapr-rollout.ts'
import {daprValuesOf, hostFolders, hostStateFile} from './supervisor/host/host-folders.ts'
import {daprVersionsOf, readWanted} from './supervisor/host/open-host-machine.ts'
import {hostStateOfThisProcess} from './supervisor/testing/host-state-of-this-process.ts'
import {runCli, transcript} from './testing/run-cli.ts'

let home: string
let own: string
let ending: AbortController
let keeping: Promise<void>
let seen: string[]
let fault: string | undefined
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'todo5-versions-'))
  own = join(home, 'own')
  await cp(packagePath('dapr'), own, {recursive: true})
  ending = new AbortController()
  keeping = Promise.resolve()
  seen = []
  fault = undefined
})
afterEach(async () => {
  ending.abort()
  await keeping
  await rm(home, {recursive: true, force: true})
})

const folders = () => hostFolders(join(home, 'data', 'host'))
const dapr = async (line: string): Promise<string> => {
  const text = transcript(await runCli(['dapr', ...line.split(' ')], {home}))
  return text.replaceAll(home, 'HOME')
}
const change = async (path: string, from: string | RegExp, to: string): Promise<void> => {
  const file = join(own, path)
  const before = await readFile(file, 'utf8')
  const after = before.replace(from, to)
  expect(after).not.toBe(before)
  await writeFile(file, after)
}

/** What the supervisor does, with sidecars that are only written down. */
async function supervise(): Promise<void> {
  await mkdir(folders().state, {recursive: true})
  const state = await hostStateOfThisProcess()
  const reach = {brokers: '127.0.0.1:9092', zipkinUrl: 'http://127.0.0.1:9411'}
  let writing = Promise.resolve()
  const write = async (): Promise<void> =>
    await writeJson(hostStateFile(folders().state), {
      ...state,
      kafka_brokers: reach.brokers,
      zipkin_url: reach.zipkinUrl,
      dapr: rollout.facts(),
    })
  const rollout = new DaprRollout({
    versions: daprVersionsOf(folders()),
    packageSources: async () => await readDaprSources(),
    filesOf: async (app, {sources, values: chosen}) => {
      const values = {...chosen, ...daprValuesOf(folders(), app, reach)}
      return resourcesOf(app, await renderDapr({target: 'host', sources, values}))
    },
    replaceSidecar: async (app) => {
      seen.push(app)
      const message = fault
      fault = undefined
      if (message !== undefined) throw new Error(message)
    },
    missing: async () => [],
    startAgain: () => undefined,
    changed: () => void (writing = writing.then(write)),
    logger: {info: () => undefined, warn: () => undefined, error: () => undefined},
  })
  await rollout.begin(null)
  await rollout.started()
  await write()
  const keep = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      rollout.bring((await readWanted(folders().state)).dapr_version, ending.signal)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await rollout.settled()
    await writing
  }
  keeping = keep()
}

test('where nothing runs a version is kept for the next start', async () => {
  expect(await dapr('versions')).toBe('| There is no version yet: todo5 up host makes the first.\n(exit 0)')
  expect(await dapr('apply')).toMatch(/✔ version 1 is kept; todo5 up host loads it\n\(exit 0\)$/u)
  expect(await dapr('apply')).toBe('Nothing to do: version 1 is the same.\n(exit 0)')
  expect(await dapr('rollback')).toMatch(/There is no earlier version.*\(exit 3\)$/su)
  expect(await dapr('rollback --to 9')).toMatch(/There is no version 9.*\(exit 3\)$/su)
})

test('apply shows the difference and loads it where it concerns; rollback takes it back', async () => {
  await supervise()
  expect(await dapr('apply --dry-run')).toBe('Nothing to do: version 1 is the same.\n(exit 0)')
  await change('components/pubsub-live.yaml', 'initialOffset, value: newest', 'initialOffset, value: oldest')
  expect(await dapr(`apply --from ${own} --dry-run`)).toMatchInlineSnapshot(`
    "changed components/pubsub-live.yaml
      @@ -19,5 +19,5 @@
             value: "{appID}-live-{uuid}"
           - name: initialOffset
      -      value: newest
      +      value: oldest
           - name: heartbeatInterval
             value: 3s
    | Nothing was changed. Would start anew: daprd-chat-api.
    (exit 0)"
  `)
  expect(seen).toEqual([])
  expect(await dapr(`apply --from ${own}`)).toMatch(/✔ version 2 is loaded; started anew: daprd-chat-api\n\(exit 0\)$/u)
  expect(seen).toEqual(['chat-api'])
  expect(await dapr('rollback')).toMatch(/✔ version 3 is loaded; started anew: daprd-chat-api\n\(exit 0\)$/u)
  const list = JSON.parse((await runCli(['dapr', 'versions', '--json'], {home})).stdout) as {versions: object[]}
  expect(list.versions).toMatchObject([
    {number: 3, action: 'rollback', of: 1, state: 'loaded', current: true, reason: null},
    {number: 2, action: 'apply', state: 'loaded', current: false},
    {number: 1, action: 'up', state: 'loaded', current: false},
  ])
  expect(list.versions[0]).not.toHaveProperty('sources')
  const rehearsed = JSON.parse((await runCli(['dapr', 'rollback', '--dry-run', '--json'], {home})).stdout) as unknown
  expect(rehearsed).toMatchObject({target: 'host', from: 3, version: null, state: 'dry_run', services: ['chat-api']})
})

test('a version that a sidecar does not take is taken back, and never gone back to', async () => {
  await supervise()
  fault = 'daprd-audit-service ended (1): no such policy'
  const failed = await dapr('apply --set samplingRate=0.5')
  expect(failed).toMatch(/Version 2 was not loaded, version 1 is again: daprd-audit-service ended/u)
  expect(failed).toMatch(/dapr_not_loaded, exit 5/u)
  expect(seen).toEqual(['audit-service', 'audit-service'])
  expect(await dapr('rollback --to 2')).toMatch(/Version 2 was never loaded.*\(exit 4\)$/su)
  const versions = await dapr('versions')
  expect(versions).toMatch(/2 .* applied samplingRate=0.5 .* failed: daprd-audit-service ended \(1\)/u)
  expect(versions).toMatch(/1 .* of todo5 .* loaded\n/u)
  expect(await dapr('apply --set samplingRate=0.5 --json')).toMatch(/"version": 3,\n {2}"state": "loaded"/u)
})

test('what cannot be right is refused before anything happens', async () => {
  await supervise()
  expect(await dapr('apply --set brokers=a:1')).toMatch(/brokers follows from what runs on host.*\(exit 2\)$/su)
  expect(await dapr('apply --set rate=1')).toMatch(/rate is no value of host.*\(exit 2\)$/su)
  expect(await dapr('apply --from /nowhere')).toMatch(/There is no folder \/nowhere.*\(exit 3\)$/su)
  expect(await dapr('apply --target oke')).toMatch(/applied_by_chart, exit 4/u)
  expect(await dapr('rollback --target local')).toMatch(/no_dapr, exit 4/u)
  await change('components/pubsub-kafka.yaml', 'kind: Component', 'kind: Componnt')
  expect(await dapr(`apply --from ${own}`)).toMatch(/invalid_dapr_sources, exit 2/u)
  await change('components/pubsub-kafka.yaml', 'kind: Componnt', 'kind: Component')
  await change('components/pubsub-kafka.yaml', 'name: initialOffset', 'name: initialOfset')
  expect(await dapr(`apply --from ${own}`)).toMatch(/lint_errors, exit 4/u)
  await rm(join(own, 'config', 'access.yaml'))
  expect(await dapr(`apply --from ${own}`)).toMatch(/there is no config\/access\.yaml/u)
  expect(seen).toEqual([])
  expect(await daprVersionsOf(folders()).all()).toHaveLength(1)
})
