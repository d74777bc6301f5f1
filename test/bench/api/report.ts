import {table} from '../table.ts'
import {type Aim, aims} from '../aim.ts'
import {median} from '../statistics.ts'
import type {Surroundings} from '../surroundings.ts'

export interface Figures {
  readonly per_second: number
  readonly failed: number
  readonly p50_ms: number
  readonly p95_ms: number
  readonly p99_ms: number
  /** Per request: of the process, of all of PostgreSQL, of the load generator. */
  readonly server_cpu_ms: number
  readonly database_cpu_ms: number
  readonly client_cpu_ms: number
}

export interface Comparison {
  readonly operation: string
  readonly clients: number
  readonly rounds: readonly {
    /** Bare Koa and pg with one row for each request. */
    readonly control: Figures
    /** Bare Koa and pg with all the rows that todo5 writes, in its tables. Older results have none. */
    readonly floor?: Figures
    readonly todo5: Figures
  }[]
}

export interface Report extends Surroundings {
  readonly bench: 'api'
  /** Of each round. */
  readonly seconds: number
  readonly rounds: number
  readonly comparisons: readonly Comparison[]
}

/** Medians over the rounds; a ratio is one of neighbours in time. */
export function print(report: Report): string {
  const rows = report.comparisons.map(({operation, clients, rounds}) => {
    const of = (pick: (figures: Figures) => number) => ({
      control: median(rounds.map(({control}) => pick(control))),
      floor: median(rounds.flatMap(({floor}) => (floor ? [pick(floor)] : []))),
      todo5: median(rounds.map(({todo5}) => pick(todo5))),
      ratios: rounds.map(({control, todo5}) => pick(todo5) / pick(control)).toSorted((a, b) => a - b),
    })
    const cpu = ({control, floor, todo5, ratios}: ReturnType<typeof of>) =>
      `${[control, floor, todo5].map((ms) => (Number.isNaN(ms) ? '–' : ms.toFixed(2))).join(' / ')} (${median(ratios).toFixed(1)}×)`
    const rate = of((figures) => figures.per_second)
    const server = of((figures) => figures.server_cpu_ms)
    const database = of((figures) => figures.database_cpu_ms)
    const failed = rounds.reduce(
      (sum, round) => sum + round.todo5.failed + (round.floor?.failed ?? 0) + round.control.failed,
      0,
    )
    return [
      operation,
      String(clients),
      Math.round(rate.todo5).toLocaleString('en'),
      Number.isNaN(rate.floor) ? '–' : Math.round(rate.floor).toLocaleString('en'),
      Math.round(rate.control).toLocaleString('en'),
      `${median(rate.ratios).toFixed(2)} (${rate.ratios[0]!.toFixed(2)}–${rate.ratios.at(-1)!.toFixed(2)})`,
      [of((f) => f.p50_ms).todo5, of((f) => f.p95_ms).todo5, of((f) => f.p99_ms).todo5].map(milliseconds).join(' / '),
      cpu(server),
      cpu(database),
      String(failed),
    ]
  })
  return [
    `${report.rounds} rounds of ${report.seconds} s, in turns; medians. The control is bare Koa and pg with one row and one statement for each`,
    'request. The floor is the same with all the rows that todo5 writes for it (idempotency key with the answer, task, reminder, undo',
    'entry, two events), in its tables, with row security, in one statement and one packet. CPU: ms per request of control / floor /',
    'todo5 (todo5 ÷ control); that of todo5 holds the handling of the events.',
    '',
    table(
      [
        'operation',
        'clients',
        'todo5/s',
        'floor/s',
        'control/s',
        'todo5 ÷ control',
        'p50 / p95 / p99 ms',
        'CPU of Node',
        'CPU of PostgreSQL',
        'failed',
      ],
      rows,
    ),
    '',
    aims(aimsOf(report)),
  ].join('\n')
}

const milliseconds = (ms: number): string => (ms < 10 ? ms.toFixed(1) : Math.round(ms).toString())

type Pick = (figures: Figures) => number
type Name = 'control' | 'floor' | 'todo5'

const ratio = ({rounds}: Comparison, above: Name, below: Name, pick: Pick): number =>
  median(rounds.flatMap(({[above]: upper, [below]: lower}) => (upper && lower ? [pick(upper) / pick(lower)] : [])))
const typical = ({rounds}: Comparison, name: Name, pick: Pick): number =>
  median(rounds.flatMap(({[name]: figures}) => (figures ? [pick(figures)] : [])))

const perSecond: Pick = (figures) => figures.per_second
const ofServer: Pick = (figures) => figures.server_cpu_ms
/** What the machine has to do for one request, the load generator too. */
const together: Pick = (figures) => figures.server_cpu_ms + figures.database_cpu_ms + figures.client_cpu_ms

/** create and complete and list at 16 clients against the control; create at 64 for itself. */
function aimsOf({comparisons}: Report): Aim[] {
  const at16 = comparisons.filter(({clients}) => clients === 16)
  return [
    ...at16.map((comparison) => {
      const rate = ratio(comparison, 'todo5', 'control', perSecond)
      const cpu = ratio(comparison, 'todo5', 'control', ofServer)
      return {
        aim: `${comparison.operation} at 16 clients ≥ 0.4× of the control's throughput, ≤ 5× its CPU per request`,
        met: rate >= 0.4 && cpu <= 5,
        figure: `${rate.toFixed(2)}×, ${cpu.toFixed(1)}×`,
        ...(hasFloor(comparison) && {limit: limitOf(comparison)}),
      }
    }),
    ...comparisons
      .filter(({operation, clients}) => operation === 'create' && clients === 64)
      .map((comparison) => {
        const p95 = typical(comparison, 'todo5', (figures) => figures.p95_ms)
        const floor = typical(comparison, 'floor', (figures) => figures.p95_ms)
        const cpu = typical(comparison, 'todo5', together)
        return {
          aim: 'create at 64 clients p95 ≤ 50 ms',
          met: p95 <= 50,
          figure: `${milliseconds(p95)} ms`,
          ...(hasFloor(comparison) && {
            limit: `the CPU of the machine (64 requests of ${cpu.toFixed(2)} ms on 2 cores; the floor has ${milliseconds(floor)} ms)`,
          }),
        }
      }),
  ]
}

const hasFloor = ({rounds}: Comparison): boolean => rounds.every(({floor}) => floor !== undefined)

/** How near the least work that these rows take comes to the control, and todo5 to it. */
function limitOf(comparison: Comparison): string {
  const [rate, cpu] = [perSecond, ofServer].map((pick) => ratio(comparison, 'floor', 'control', pick)) as [
    number,
    number,
  ]
  const [of, todo5, floor] = (['control', 'todo5', 'floor'] as const).map((name) =>
    typical(comparison, name, together),
  ) as [number, number, number]
  return [
    `CPU, of which the machine has no more: ${todo5.toFixed(2)} ms per request with PostgreSQL and the load, control ${of.toFixed(2)}`,
    `the floor takes ${floor.toFixed(2)} and has ${rate.toFixed(2)}× of the control's throughput, ${cpu.toFixed(1)}× its CPU`,
  ].join('; ')
}
