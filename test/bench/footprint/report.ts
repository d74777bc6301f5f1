import {aims} from '../aim.ts'
import {median} from '../statistics.ts'
import type {Surroundings} from '../surroundings.ts'
import {table} from '../table.ts'

export interface Need {
  readonly process: string
  /** The most that was seen: its own and its part of what it shares (PSS), bytes. */
  readonly memory_bytes: number
  /** Of one core. */
  readonly cpu_percent: number
}

export interface Report extends Surroundings {
  readonly bench: 'footprint'
  /** `todo5 up` on an empty folder, and on one that has been up before, ms; ascending. */
  readonly cold_start_ms: number
  readonly warm_start_ms: readonly number[]
  readonly at_rest: readonly Need[]
  readonly under_load: {
    /** Events per second, as they were made and as they arrived in the audit log. */
    readonly asked: number
    readonly events_per_second: number
    readonly processes: readonly Need[]
  }
}

const MOST_AT_REST = 350e6
const SLOWEST_WARM_START_MS = 5000

export function print({cold_start_ms: cold, warm_start_ms: warm, at_rest: rest, under_load: load}: Report): string {
  const warmStart = median(warm)
  const rows = rest.map((need, at) => [need.process, ...cells(need), ...cells(load.processes[at]!)])
  const rate = load.asked.toLocaleString('en')
  return [
    `\`todo5 up\`: ${seconds(cold)} on an empty folder; after that ${seconds(warmStart)} (${seconds(warm[0]!)}–${seconds(warm.at(-1)!)}). Memory is the most that was seen, CPU the mean; of ${rate} events/s ${Math.round(load.events_per_second).toLocaleString('en')} were in the audit log in the same time.`,
    '',
    table(
      ['process', 'MB at rest', '% of a core', `MB at ${rate}/s`, '% of a core'],
      [...rows, ['together', ...cells(sumOf(rest)), ...cells(sumOf(load.processes))]],
    ),
    '',
    aims([
      {
        aim: 'local target ≤ 350 MB at rest',
        met: sumOf(rest).memory_bytes <= MOST_AT_REST,
        figure: `${megabytes(sumOf(rest).memory_bytes)} MB`,
      },
      {aim: 'warm `todo5 up` ≤ 5 s', met: warmStart <= SLOWEST_WARM_START_MS, figure: seconds(warmStart)},
    ]),
  ].join('\n')
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0)
const cells = ({memory_bytes: bytes, cpu_percent: cpu}: Need): string[] => [megabytes(bytes), cpu.toFixed(1)]

const sumOf = (needs: readonly Need[]): Need => ({
  process: 'together',
  memory_bytes: needs.reduce((sum, need) => sum + need.memory_bytes, 0),
  cpu_percent: needs.reduce((sum, need) => sum + need.cpu_percent, 0),
})
