import {aims} from '../aim.ts'
import type {Surroundings} from '../surroundings.ts'
import {table} from '../table.ts'
import type {Deliveries} from '../../support/live-deliveries.ts'

export interface Latency {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** Of the process of todo5, after garbage was collected. */
export interface Memory {
  /** As the system sees it (PSS). */
  readonly process_bytes: number
  /** Heap and what it holds outside of it. */
  readonly live_bytes: number
}

export interface Report extends Surroundings {
  readonly bench: 'scale'
  readonly users: number
  readonly tasks: number
  /** From the first request to the last `ready`, 32 under way at a time, ms. */
  readonly open_ms: number
  /** Before the streams were opened, with them, and after the changes. */
  readonly memory: {readonly before: Memory; readonly open: Memory; readonly after: Memory}
  /** CPU of the same, % of one core, while nothing happens: without and with the streams. */
  readonly rest_cpu_percent: {readonly before: number; readonly open: number}
  readonly changes: {
    readonly per_second: number
    readonly seconds: number
    readonly completed: number
    /** How many failed, by status and code. */
    readonly failures: Readonly<Record<string, number>>
    /** % of one core. */
    readonly server_cpu_percent: number
    readonly database_cpu_percent: number
    readonly client_cpu_percent: number
  }
  /** Streams that ended before they were closed. */
  readonly ended: number
  readonly deliveries: Deliveries
  /** From the commit of a completion, by the database's clock, to its message and to that of the next occurrence, ms. */
  readonly completed_ms: Latency
  readonly successor_ms: Latency
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0)
const ms = (value: number): string => (value < 10 ? value.toFixed(1) : value.toFixed(0))

export function print(report: Report): string {
  const {users, tasks, memory, rest_cpu_percent: rest, changes, deliveries} = report
  const perUser = (memory.open.live_bytes - memory.before.live_bytes) / users
  const failures = Object.entries(changes.failures).map(([failure, count]) => `${count} × ${failure}`)
  const states = [memory.before, memory.open, memory.after]
  const seconds = changes.seconds.toFixed(0)
  return [
    `${users.toLocaleString('en')} users, each with a stream and a key of their own, and ${tasks.toLocaleString('en')} tasks that repeat. All streams were open after ${(report.open_ms / 1000).toFixed(1)} s. Then ${changes.per_second} tasks per second were completed for ${seconds} s, spread over all users: ${changes.completed.toLocaleString('en')} completions, ${failures.length === 0 ? 'none failed' : `failed: ${failures.join(', ')}`}.`,
    '',
    table(
      ['todo5, the process', 'before', 'streams open', 'after the changes'],
      [
        ['memory without garbage, MB', ...states.map(({process_bytes: bytes}) => megabytes(bytes))],
        ['of it in use, MB', ...states.map(({live_bytes: bytes}) => megabytes(bytes))],
        ['CPU at rest, % of a core', rest.before.toFixed(1), rest.open.toFixed(1), ''],
      ],
    ),
    '',
    table(
      ['messages', 'expected', 'received', 'lost', 'double', 'of others', 'streams ended'],
      [['during the changes', ...Object.values(deliveries).map(String), String(report.ended)]],
    ),
    '',
    table(
      ['from the commit of a completion, ms', 'p50', 'p99', 'max'],
      (
        [
          ['to its message', report.completed_ms],
          ['to the message of the next occurrence', report.successor_ms],
        ] as const
      ).map(([name, {p50, p99, max}]) => [name, ms(p50), ms(p99), ms(max)]),
    ),
    '',
    `CPU during the changes, % of a core: todo5 ${changes.server_cpu_percent.toFixed(0)}, PostgreSQL ${changes.database_cpu_percent.toFixed(0)}, the load generator with its ${users.toLocaleString('en')} readers ${changes.client_cpu_percent.toFixed(0)}.`,
    '',
    aims([
      {
        aim: `${users.toLocaleString('en')} streams, each message exactly once to its user, no stream ended`,
        met: deliveries.lost + deliveries.double + deliveries.foreign + report.ended === 0 && failures.length === 0,
        figure: `${deliveries.received.toLocaleString('en')} of ${deliveries.expected.toLocaleString('en')} messages, ${deliveries.double} double, ${deliveries.foreign} of others`,
      },
      {
        aim: 'memory for each user with an open stream is stated',
        met: true,
        figure: `${(perUser / 1000).toFixed(0)} kB`,
      },
      {
        aim: 'from commit to message p99 ≤ 250 ms',
        met: report.completed_ms.p99 <= 250,
        figure: `${ms(report.completed_ms.p99)} ms`,
      },
    ]),
  ].join('\n')
}
