import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import pjson from '../package.json' with {type: 'json'}
import {FakeApi} from './testing/fake-api.ts'
import {NOW, runCli} from './testing/run-cli.ts'

let api: FakeApi
let home: string

beforeEach(async () => {
  api = await FakeApi.start(NOW)
  api.store.create({title: 'Buy stamps'})
  home = await mkdtemp(join(tmpdir(), 'todo5-version-'))
})
afterEach(async () => {
  await api.stop()
  await rm(home, {recursive: true, force: true})
})

async function runs(version: string | undefined, target: 'local' | 'host' = 'local'): Promise<void> {
  const state = {api_url: `${api.url}/api/v1`, version}
  const file = target === 'local' ? 'state/local.json' : 'data/host/state/host.json'
  await mkdir(join(home, 'state'), {recursive: true})
  await mkdir(join(home, file, '..'), {recursive: true})
  await writeFile(join(home, file), JSON.stringify(state))
  await writeFile(join(home, 'state', 'credentials.json'), JSON.stringify({[target]: {api_key: api.key}}))
}
const noted = async (...line: string[]): Promise<string[]> => {
  const {code, stderr} = await runCli(line, {home, tty: 100})
  expect(code).toBe(0)
  return stderr.split('\n').filter((text) => text.includes('runs todo5'))
}

test('one that runs and is older, newer, or the same', async () => {
  await runs('0.0.9')
  expect(await noted('task', 'list')).toEqual([
    `local runs todo5 0.0.9, this is ${pjson.version}: todo5 up restarts it, the data stay`,
  ])
  await runs('99.1.0')
  expect(await noted('task', 'list')).toEqual([
    `local runs todo5 99.1.0, this is ${pjson.version}: npm install -g todo5@99.1.0 makes them the same`,
  ])
  await runs(pjson.version)
  expect(await noted('task', 'list')).toEqual([])
  // One that is old enough not to say.
  await runs(undefined)
  expect(await noted('task', 'list')).toEqual([])
})

test('of host', async () => {
  await runs('0.0.9', 'host')
  expect(await noted('task', 'list')).toEqual([
    `host runs todo5 0.0.9, this is ${pjson.version}: todo5 up host restarts it, the data stay`,
  ])
})

test('nobody who reads it by a program, or wants no notes, is told', async () => {
  await runs('0.0.9')
  expect(await noted('task', 'list', '--quiet')).toEqual([])
  expect(await noted('task', 'list', '--json')).toEqual([])
  const {stderr} = await runCli(['task', 'list'], {home})
  expect(stderr).not.toContain('runs todo5')
})
