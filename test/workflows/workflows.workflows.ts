import {readFile, readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {execa} from 'execa'
import {parse} from 'yaml'
import {beforeAll, describe, expect, test} from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const FOLDER = join(ROOT, '.github/workflows')

interface Step {
  readonly uses?: string
  readonly run?: string
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>
  readonly environment?: string
  readonly 'timeout-minutes'?: number
  readonly steps: readonly Step[]
}
interface Workflow {
  readonly on: Readonly<
    Record<string, {readonly branches?: readonly string[]; readonly tags?: readonly string[]} | null>
  >
  readonly permissions: object
  readonly concurrency: {readonly group: string; readonly 'cancel-in-progress': boolean | string}
  readonly jobs: Readonly<Record<string, Job>>
}

const workflows = new Map<string, Workflow>()
beforeAll(async () => {
  for (const file of await readdir(FOLDER)) workflows.set(file, parse(await readFile(join(FOLDER, file), 'utf8')))
})
const jobs = (): Job[] => [...workflows.values()].flatMap((workflow) => Object.values(workflow.jobs))
const steps = (): Step[] => jobs().flatMap((job) => job.steps)

async function runs(program: string, ...args: string[]): Promise<{exitCode: number | undefined; all: string}> {
  const {exitCode, all, code} = await execa(program, args, {reject: false, all: true, cwd: ROOT})
  if (code === 'ENOENT') throw new Error(`There is no ${program} on the PATH; .ci/run says how it is installed.`)
  return {exitCode, all}
}

test('there are the five', () => {
  expect([...workflows.keys()].toSorted()).toEqual([
    'ci.yml',
    'deploy-production.yml',
    'deploy-staging.yml',
    'integration-tests.yml',
    'release.yml',
  ])
})

test('actionlint finds nothing', async () => {
  const files = [...workflows.keys()].map((file) => join('.github/workflows', file))
  expect(await runs('actionlint', '-no-color', ...files)).toEqual({exitCode: 0, all: ''})
})

test('zizmor finds nothing', async () => {
  const {exitCode, all} = await runs('zizmor', '--offline', '--no-progress', '.github/workflows')
  expect(all).toContain('No findings to report')
  expect(exitCode).toBe(0)
})

test('actions are pinned by their commit', () => {
  const used = steps().flatMap(({uses}) => (uses === undefined ? [] : [uses]))
  expect(used.length).toBeGreaterThan(10)
  for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/u)
})

test('rights are given to a job, and no more than it needs; none runs for ever', () => {
  for (const [file, {permissions, concurrency}] of workflows) {
    expect([file, permissions]).toEqual([file, {}])
    expect(concurrency.group).not.toBe('')
  }
  for (const job of jobs()) {
    expect(job.permissions).toMatchObject({contents: 'read'})
    expect(job['timeout-minutes']).toBeGreaterThan(0)
  }
})

describe('what is deployed', () => {
  test('develop goes to staging, main to production, other branches nowhere', () => {
    const deploying = [...workflows].filter(([, {jobs: all}]) => Object.values(all).some((job) => job.environment))
    const from = deploying.map(([file, {on}]) => [file, on['push']?.branches ?? on['push']?.tags])
    expect(Object.fromEntries(from)).toEqual({
      'deploy-production.yml': ['main'],
      'deploy-staging.yml': ['develop'],
      'release.yml': ['v[0-9]+.[0-9]+.[0-9]+'],
    })
    for (const [, {on}] of deploying) expect(Object.keys(on)).toEqual(['push'])
  })

  test('one at a time, and none is broken off', () => {
    for (const name of ['staging', 'production']) {
      const {concurrency, jobs: all} = workflows.get(`deploy-${name}.yml`)!
      expect(concurrency).toEqual({group: `deploy-${name}`, 'cancel-in-progress': false})
      expect(all['deploy']!.environment).toBe(name)
    }
  })

  test('both are the same but for the name of the environment and the branch', async () => {
    const text = async (name: string): Promise<string> => {
      const whole = await readFile(join(FOLDER, `deploy-${name}.yml`), 'utf8')
      return whole.slice(whole.indexOf('\njobs:')).replaceAll(name, 'ENVIRONMENT')
    }
    expect(await text('staging')).toBe(await text('production'))
  })
})

test('what the workflows call of todo5 there is, with its flags', async () => {
  const manifest = JSON.parse(await readFile(join(ROOT, 'oclif.manifest.json'), 'utf8')) as {
    commands: Record<string, {flags: Record<string, {char?: string}>}>
  }
  const calls = steps().flatMap(({run = ''}) => [...run.matchAll(/node bin\/run\.js (.+)/gu)].map(([, line]) => line!))
  expect(calls.length).toBeGreaterThan(5)
  for (const line of calls) {
    const words = line.split(' | ')[0]!.split(' ')
    const named = Object.keys(manifest.commands).filter((id) => `${words.join(':')}:`.startsWith(`${id}:`))
    const command = named.toSorted((a, b) => b.length - a.length)[0]
    expect([line, command]).toEqual([line, expect.any(String)])
    const flags = Object.keys(manifest.commands[command!]!.flags)
    const given = words.filter((word) => word.startsWith('--')).map((word) => word.slice(2).split('=')[0])
    for (const flag of given) expect([command, ...flags]).toContain(flag)
  }
})
