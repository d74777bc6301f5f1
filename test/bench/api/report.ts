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
  readonly rounds: readonly {readonly control: Figures; readonly todo5: Figures}[]
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
      todo5: median(rounds.map(({todo5}) => pick(todo5))),
      ratios: rounds.map(({control, todo5}) => pick(todo5) / pick(control)).toSorted((a, b) => a - b),
    })
    const rate = of((figures) => figures.per_second)
    const server = of((figures) => figures.server_cpu_ms)
    const database = of((figures) => figures.database_cpu_ms)
    const failed = rounds.reduce((sum, round) => sum + round.todo5.failed + round.control.failed, 0)
    return [
      operation,
      String(clients),
      Math.round(rate.todo5).toLocaleString('en'),
      Math.round(rate.control).toLocaleString('en'),
      `${median(rate.ratios).toFixed(2)} (${rate.ratios[0]!.toFixed(2)}–${rate.ratios.at(-1)!.toFixed(2)})`,
      [of((f) => f.p50_ms).todo5, of((f) => f.p95_ms).todo5, of((f) => f.p99_ms).todo5].map(milliseconds).join(' / '),
      `${server.todo5.toFixed(2)} (${median(server.ratios).toFixed(1)}×)`,
      `${database.todo5.toFixed(2)} (${median(database.ratios).toFixed(1)}×)`,
      String(failed),
    ]
  })
  return [
    `${report.rounds} rounds of ${report.seconds} s, in turns with the control (bare Koa and pg, one statement per request); medians.`,
    '',
    table(
      [
        'operation',
        'clients',
        'todo5/s',
        'control/s',
        'todo5 ÷ control',
        'p50 / p95 / p99 ms',
        'CPU ms per request (× control)',
        'PostgreSQL CPU ms (×)',
        'failed',
      ],
      rows,
    ),
    '',
    aims(aimsOf(report)),
  ].join('\n')
}

const milliseconds = (ms: number): string => (ms < 10 ? ms.toFixed(1) : Math.round(ms).toString())

/** create and complete and list at 16 clients against the control; create at 64 for itself. */
function aimsOf({comparisons}: Report): Aim[] {
  const ratio = ({rounds}: Comparison, pick: (figures: Figures) => number) =>
    median(rounds.map(({control, todo5}) => pick(todo5) / pick(control)))
  const at16 = comparisons.filter(({clients}) => clients === 16)
  return [
    ...at16.map((comparison) => {
      const rate = ratio(comparison, (figures) => figures.per_second)
      const cpu = ratio(comparison, (figures) => figures.server_cpu_ms)
      return {
        aim: `${comparison.operation} at 16 clients ≥ 0.4× of the control's throughput, ≤ 5× its CPU per request`,
        met: rate >= 0.4 && cpu <= 5,
        figure: `${rate.toFixed(2)}×, ${cpu.toFixed(1)}×`,
      }
    }),
    ...comparisons
      .filter(({operation, clients}) => operation === 'create' && clients === 64)
      .map(({rounds}) => {
        const p95 = median(rounds.map(({todo5}) => todo5.p95_ms))
        return {aim: 'create at 64 clients p95 ≤ 50 ms', met: p95 <= 50, figure: `${milliseconds(p95)} ms`}
      }),
  ]
}
