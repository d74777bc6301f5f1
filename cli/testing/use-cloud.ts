import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach} from 'vitest'
import {FakeCluster, type FakeState} from '../operations/release/testing/fake-cluster.ts'
import {TestMachine} from '../toolchain/testing/test-machine.ts'
import {type CloudState, CloudWorld} from '../tools/fake/cloud-world.ts'
import {FakeApi} from './fake-api.ts'
import {runCli, type RunOptions, type RunResult, transcript} from './run-cli.ts'

export const TARGETS = ['oke', 'aks', 'gke'] as const

/** A machine with fakes of Terraform, helm, kubectl and the programs of a cloud, anew for each test. */
export interface CloudBench {
  readonly machine: TestMachine
  readonly home: string
  readonly cluster: FakeCluster
  readonly settings: (target: string, environment?: string) => string
  readonly cloudOf: (target: string, state?: Partial<CloudState>, inside?: Partial<FakeState>) => Promise<CloudWorld>
  readonly todo5: (line: string, options?: Partial<RunOptions>) => Promise<RunResult>
  /** What was printed, without paths and times of this run. */
  readonly said: (line: string, options?: Partial<RunOptions>) => Promise<string>
  readonly plain: (text: string) => string
  /** How the programs were called. */
  readonly log: () => Promise<string[]>
}

export function useCloud(): CloudBench {
  let machine: TestMachine
  let home: string
  let api: FakeApi
  let cluster: FakeCluster
  beforeEach(async () => {
    machine = await TestMachine.make()
    home = await mkdtemp(join(tmpdir(), 'todo5-home-'))
    api = await FakeApi.start(Date.now())
    const create = api.store.create.bind(api.store)
    api.store.create = (body) => {
      const task = create(body)
      for (const reminder of task.reminders) reminder.state = 'sent'
      return task
    }
  })
  afterEach(async () => {
    await api.stop()
    await machine.remove()
    await rm(home, {recursive: true, force: true})
  })
  const settings = (target: string, environment = 'production'): string =>
    join(home, 'config', 'cloud', `${target}-${environment}`)
  const plain = (text: string): string =>
    text
      .replaceAll(/\/[\w/]*todo5-deploy-\w+/gu, '/F')
      .replaceAll(home, '~')
      .replaceAll(/(?<==|\s)\/\S+\/charts\//gu, '/C/')
      .replaceAll(/\/\S+(?=\/terraform\/\w+\/)/gu, '/R')
      .replaceAll(/ {2}\d+:\d\d$/gmu, '  T')
      .replaceAll(/topics-[0-9a-f]{8}/gu, 'topics-X')
      .replaceAll(/\S*todo5-toolchain-\w+\/bin\//gu, '')
  const todo5: CloudBench['todo5'] = async (line, options = {}) =>
    await runCli(line.split(' '), {
      home,
      now: Date.now(),
      ...options,
      env: {PATH: machine.bin, TODO5_HOME: home, ...options.env},
    })
  return {
    get machine() {
      return machine
    },
    get home() {
      return home
    },
    get cluster() {
      return cluster
    },
    settings,
    cloudOf: async (target, state = {}, inside = {}) => {
      cluster = await FakeCluster.on(machine, {api: {port: Number(new URL(api.url).port), key: api.key}, ...inside})
      await mkdir(settings(target), {recursive: true})
      await writeFile(join(settings(target), 'terraform.tfvars'), 'region = "x"\n')
      await writeFile(join(settings(target), 'backend.tf'), 'terraform {\n}\n')
      return await CloudWorld.on(machine, target, state)
    },
    todo5,
    said: async (line, options = {}) => plain(transcript(await todo5(line, options))),
    plain,
    log: async () =>
      plain(await machine.log())
        .split('\n')
        .filter(Boolean),
  }
}
