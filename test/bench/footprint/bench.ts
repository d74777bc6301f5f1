/**
 * `npm run bench -- footprint`: how long `todo5 up` takes, and what it needs when nothing happens.
 * Linux; a minute.
 */
import {readFileSync} from 'node:fs'
import {setTimeout as delay} from 'node:timers/promises'
import {parseArgs} from 'node:util'
import {LocalTarget} from '../../support/local-target.ts'
import {cpuOf, cpuOfFamily} from '../process-cpu.ts'
import {surroundings, type Surroundings} from '../surroundings.ts'
import {table} from '../table.ts'

export const usage = '(a minute, Linux)'

const WARM_STARTS = 5
const REST_SECONDS = 20

interface Report extends Surroundings {
  readonly bench: 'footprint'
  /** `todo5 up` on an empty folder, and on one that has been up before, ms; ascending. */
  readonly cold_start_ms: number
  readonly warm_start_ms: readonly number[]
  readonly at_rest: readonly {
    readonly process: string
    /** What is its own and its part of what it shares (PSS), bytes. */
    readonly memory_bytes: number
    /** Of one core. */
    readonly cpu_percent: number
  }[]
}

let local: LocalTarget | undefined

export async function stop(): Promise<void> {
  await local?.dispose()
  local = undefined
}

export async function run(args: readonly string[]): Promise<Report> {
  parseArgs({args: [...args], options: {}})
  try {
    local = await LocalTarget.create()
    const cold = await timed(async () => await local!.up())
    const warm: number[] = []
    for (let round = 0; round < WARM_STARTS; round++) {
      await local.json('down')
      warm.push(await timed(async () => await local!.up()))
    }
    const at_rest = await atRest(local)
    return {
      bench: 'footprint',
      ...(await surroundings()),
      cold_start_ms: cold,
      warm_start_ms: warm.toSorted((a, b) => a - b),
      at_rest,
    }
  } finally {
    await stop()
  }
}

export function print({cold_start_ms: cold, warm_start_ms: warm, at_rest: rest}: Report): string {
  const memory = rest.reduce((sum, {memory_bytes: bytes}) => sum + bytes, 0)
  const rows = rest.map(({process: name, memory_bytes: bytes, cpu_percent: cpu}) => [
    name,
    megabytes(bytes),
    cpu.toFixed(1),
  ])
  return [
    `todo5 up: ${seconds(cold)} on an empty folder; after that ${seconds(warm[Math.floor(warm.length / 2)]!)} (${seconds(warm[0]!)}–${seconds(warm.at(-1)!)})`,
    '',
    table(['at rest', 'MB', '% of a core'], [...rows, ['together', megabytes(memory), '']]),
  ].join('\n')
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0)

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

async function atRest(target: LocalTarget): Promise<Report['at_rest']> {
  const state = await target.state()
  const database = state.postgres!.pid!
  // What a start leaves to do is done by then.
  await delay(5000)
  const before = {todo5: cpuOf(state.pid), postgresql: cpuOfFamily(database)}
  await delay(REST_SECONDS * 1000)
  const percent = (ms: number): number => (ms / (REST_SECONDS * 1000)) * 100
  const processes = await target.root.processes()
  const others = processes.filter(({pid}) => pid !== state.pid).map(({pid}) => memoryOf(pid))
  return [
    {process: 'todo5', memory_bytes: memoryOf(state.pid), cpu_percent: percent(cpuOf(state.pid) - before.todo5)},
    {
      process: 'postgresql',
      memory_bytes: others.reduce((sum, bytes) => sum + bytes, 0),
      cpu_percent: percent(cpuOfFamily(database) - before.postgresql),
    },
  ]
}

const memoryOf = (pid: number): number =>
  Number(/^Pss: +(\d+) kB/mu.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))![1]) * 1024
