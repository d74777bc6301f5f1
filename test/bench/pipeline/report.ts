import {type Aim, aims} from '../aim.ts'
import {median} from '../statistics.ts'
import type {Surroundings} from '../surroundings.ts'
import {table} from '../table.ts'
import type {ControlFigures} from './control.ts'
import type {Times} from './rows.ts'

/** ms by name of a process. */
export type CpuTimes = Readonly<Record<string, number>>

export interface Run extends Times {
  /** A backlog that is committed at once, or a load at a steady rate. */
  readonly kind: 'saturated' | 'steady'
  /** Over how many partitions the users are spread: so many batches a consumer can have at once. */
  readonly partitions: number
  /** Processes of the service that makes the next occurrences, which share the partitions. */
  readonly consumers: number
  /** Events per second of a steady load. */
  readonly asked: number | null
  readonly sent: number
  /** All four events of each completion, from the first commit of the load to the last one of a consumer. */
  readonly events_per_second: number
  readonly cpu_ms_per_1000: CpuTimes
}

export interface PipelineReport extends Surroundings {
  readonly bench: 'pipeline'
  readonly variant: string
  readonly runs: readonly Run[]
  /** Before and after the saturated runs. */
  readonly control: readonly ControlFigures[]
}

export function printed({runs, control, variant, machine}: PipelineReport): string {
  const floor = median(control.map(({events_per_second: rate}) => rate))
  const names = Object.keys(runs[0]!.cpu_ms_per_1000)
  return [
    table(
      [
        'load',
        'partitions',
        'consumers',
        'events/s',
        'completions/s',
        '÷ control',
        ...names.map((name) => `CPU ${name}`),
        'load’s share',
      ],
      runs.map((run) => [
        nameOf(run),
        String(run.partitions),
        String(run.consumers),
        whole(run.events_per_second),
        whole(run.events_per_second / 4),
        run.kind === 'saturated' && control.length > 0 ? (run.events_per_second / floor).toFixed(2) : '',
        ...names.map((name) => whole(run.cpu_ms_per_1000[name]!)),
        `${whole(100 * loadShare(run.cpu_ms_per_1000))} %`,
      ]),
    ),
    '',
    'CPU: ms per 1,000 events. That of PostgreSQL holds the statements of the load.',
    '',
    table(
      [
        'load',
        'partitions',
        'consumers',
        'successor p50 / p99 / max ms',
        'any event p50 / p99 / max ms',
        'lost',
        'double',
        'dead letters',
      ],
      runs.map((run) => [
        nameOf(run),
        String(run.partitions),
        String(run.consumers),
        spread(run.successor_ms),
        spread(run.audit_ms),
        ...[run.lost, run.double, run.dead_letters].map(String),
      ]),
    ),
    '',
    'Successor: from the committed completion to the committed next occurrence. Any event: from its making to its committed',
    'audit entry; its maximum is the lag. Both by the clock and the commit times of PostgreSQL.',
    '',
    `Control: ${control.length === 0 ? 'not measured' : control.map((run) => `${whole(run.events_per_second)} events/s, ${ms(run.p50_ms)} / ${ms(run.p99_ms)} ms, CPU ${whole(run.cpu_ms)}`).join('; ')}`,
    '',
    aims(aimsOf(runs, variant.startsWith('host') ? floor : null, machine)),
  ].join('\n')
}

/** `floor`: events per second of a control of which a part is aimed at. */
function aimsOf(runs: readonly Run[], floor: number | null, machine: string): Aim[] {
  const steady = runs.findLast(({kind, asked}) => kind === 'steady' && asked! >= 1000)
  const most = runs.find(({kind, partitions}) => kind === 'saturated' && partitions === 12)
  const wrong = runs.reduce((sum, run) => sum + run.lost + run.double + run.dead_letters, 0)
  const list: Aim[] = [{aim: 'nothing lost, double or dead-lettered', met: wrong === 0, figure: String(wrong)}]
  const limitOf = ({cpu_ms_per_1000: cpu}: Run): string =>
    `the CPU: 1,000 events take ${whole(sumOf(cpu))} ms of it on ${machine}`
  if (steady) {
    const {successor_ms: successor, audit_ms: audit, asked, events_per_second: rate} = steady
    const limit = limitOf(steady)
    list.push(
      {aim: `${asked} events/s sustained`, met: rate >= asked! * 0.97, figure: `${whole(rate)}/s`, limit},
      {aim: 'successor p99 ≤ 250 ms at that rate', met: successor.p99 <= 250, figure: `${ms(successor.p99)} ms`, limit},
      {aim: 'lag < 1 s at that rate', met: audit.max < 1000, figure: `${ms(audit.max)} ms`, limit},
    )
  }
  if (most && floor === null) {
    const {events_per_second: rate} = most
    list.push({aim: 'saturation ≥ 3,000 events/s', met: rate >= 3000, figure: `${whole(rate)}/s`, limit: limitOf(most)})
  }
  if (most && floor !== null) {
    const ratio = most.events_per_second / floor
    list.push({
      aim: 'saturation ≥ 0.3× of bare Dapr with as many deliveries',
      met: ratio >= 0.3,
      ...(Number.isNaN(ratio) ? {figure: 'not measured'} : {figure: `${ratio.toFixed(2)}×`, limit: limitOf(most)}),
    })
  }
  return list
}

function loadShare(cpu: CpuTimes): number {
  return cpu['load']! / sumOf(cpu)
}

const sumOf = (cpu: CpuTimes): number => Object.values(cpu).reduce((sum, part) => sum + part, 0)

const nameOf = ({kind, asked, sent}: Run): string =>
  kind === 'steady' ? `${whole(asked!)} events/s` : `backlog of ${whole(sent)} completions`
const whole = (value: number): string => Math.round(value).toLocaleString('en')
const ms = (value: number): string => (value < 10 ? value.toFixed(1) : whole(value))
const spread = ({p50, p99, max}: {p50: number; p99: number; max: number}): string => [p50, p99, max].map(ms).join(' / ')
