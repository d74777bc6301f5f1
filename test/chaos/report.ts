import type {Surroundings} from '../bench/surroundings.ts'
import {median} from '../bench/statistics.ts'
import {table} from '../bench/table.ts'
import {type Violation, type ViolationKind, VIOLATIONS} from './violation.ts'

export interface ChaosReport extends Surroundings {
  readonly bench: 'chaos'
  /** The target. */
  readonly variant: 'local' | 'host'
  readonly seed: number
  readonly minutes: number
  /** Answered ones; each has changed something. */
  readonly operations: number
  /** Requests that were not answered, or not with an outcome, and were repeated: by what came in its place. */
  readonly repeated: Readonly<Record<string, number>>
  /** Operations that were refused for good, by status and code. */
  readonly refused: Readonly<Record<string, number>>
  readonly faults: readonly {
    readonly kind: string
    /** s, from the end of the fault until everything worked. */
    readonly recoveries: readonly number[]
  }[]
  /** Faults that could not be made on this machine. */
  readonly leftOut: readonly string[]
  readonly events: number
  /** Copies of events in the topics. */
  readonly eventCopies: number
  /** Events that consumers had handled before, as far as their processes lived to say so. */
  readonly suppressedDuplicates: number
  readonly reminders: number
  /** s, over all reminders of the run, those that a fault held up included. */
  readonly lateness: {readonly p50: number; readonly p99: number; readonly most: number}
  /** The same mail again, by its Message-ID. */
  readonly mailCopies: number
  readonly violations: Readonly<Record<ViolationKind, number>>
  /** The first of them. */
  readonly examples: readonly Violation[]
}

/** Markdown for a terminal and docs/reliability.md. */
export function print(given: unknown): string {
  const report = given as ChaosReport
  const faults = report.faults.toSorted((a, b) => (a.kind < b.kind ? -1 : 1))
  const count = faults.reduce((sum, {recoveries}) => sum + recoveries.length, 0)
  const all = faults.flatMap(({recoveries}) => recoveries)
  const perSecond = report.operations / (report.minutes * 60)
  return [
    `Seed ${report.seed}, ${seconds(report.minutes)} minutes: ${number(report.operations)} operations (${seconds(perSecond)}/s), ${count} faults.`,
    table(
      ['what breaks', 'times', 'recovery, median s', 'longest s'],
      faults.map(({kind, recoveries}) => [
        kind,
        String(recoveries.length),
        seconds(median(recoveries)),
        seconds(Math.max(...recoveries)),
      ]),
    ),
    ...report.leftOut.map((text) => `Left out: ${text}.`),
    table(
      ['what was counted', 'number'],
      [
        ['operations that were answered', number(report.operations)],
        ['requests repeated under their key', named(report.repeated)],
        ['operations refused', named(report.refused)],
        ['events in the topics', number(report.events)],
        ['copies of events in the topics', number(report.eventCopies)],
        ['duplicates suppressed by consumers, at least', number(report.suppressedDuplicates)],
        ['reminders that had to come', number(report.reminders)],
        ['their lateness, s: median, p99, most', Object.values(report.lateness).map(seconds).join(', ')],
        ['mails that came again under their Message-ID', number(report.mailCopies)],
      ],
    ),
    table(
      ['broken promises', 'number'],
      VIOLATIONS.map((kind) => [kind, number(report.violations[kind])]),
    ),
    ...report.examples.map(({kind, about, found}) => `* ${kind}: ${about}: ${found}`),
    aims(report, all),
  ].join('\n\n')
}

function aims({violations}: ChaosReport, recoveries: readonly number[]): string {
  const broken = Object.values(violations).reduce((sum, n) => sum + n, 0)
  const slowest = recoveries.length === 0 ? 0 : Math.max(...recoveries)
  const late = recoveries.filter((s) => s > 30).length
  return [
    `aim nothing lost, double, early or out of order: ${broken === 0 ? 'met (0)' : `NOT met (${broken})`}`,
    `aim well again within 30 s of each fault: ${late === 0 ? `met (${seconds(slowest)} s)` : `NOT met (${late} of ${recoveries.length} took longer, up to ${seconds(slowest)} s)`}`,
  ].join('\n')
}

const number = (n: number): string => n.toLocaleString('en-US')
const seconds = (s: number): string => s.toFixed(1)
const named = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, n]) => `${name} ${number(n)}`)
    .join(', ') || '0'
