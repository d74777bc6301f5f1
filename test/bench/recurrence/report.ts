/** What one run of the benchmark says, as tables. */
import {aims} from '../aim.ts'
import type {Surroundings} from '../surroundings.ts'
import {table} from '../table.ts'
import {readable, type Spread} from './measure.ts'

export interface EngineFigures extends Spread {
  readonly engine: string
  /** Calls of `after` on compiled rules per second on one core. */
  readonly perSecond: number
  /** Tasks that were asked. */
  readonly tasks: number
}

export interface RuleFigures {
  readonly rule: string
  /** ns by age of the start; `mean` in a tight loop. */
  readonly todo5: Record<string, Spread & {mean: number}>
  readonly rrule: Record<string, number | null>
  readonly rruleTemporal: Record<string, number | null>
}

export interface Report extends Surroundings {
  readonly bench: 'recurrence'
  readonly mix: readonly EngineFigures[]
  readonly ratios: {readonly rrule: number; readonly rruleTemporal: number}
  /** Tasks of the mix on which an engine gives something else than ours. */
  readonly differing: Record<string, number>
  readonly rules: readonly RuleFigures[]
  /** ns: parse, check, compile and one `after`. */
  readonly cold: Spread
  readonly bytesPerCall: number
  readonly hard: readonly {readonly rule: string; readonly compile: number; readonly after: number | null}[]
}

export function print(report: Report): string {
  const {mix, ratios, differing, rules, cold, bytesPerCall, hard} = report
  const mixRows = mix.map(({engine, tasks, p50, p99, max, perSecond}) => [
    engine,
    String(tasks),
    ...[p50, p99, max].map(readable),
    Math.round(perSecond).toLocaleString('en'),
  ])
  const ruleRows = rules.map(({rule, todo5, rrule, rruleTemporal}) => {
    const [young, old] = Object.values(todo5)
    const theirs = [rrule, rruleTemporal].flatMap((engine) => Object.values(engine))
    return [
      rule,
      `${readable(young!.p50)} / ${readable(young!.p99)}`,
      `${readable(old!.p50)} / ${readable(old!.p99)}`,
      `${readable(young!.mean)} → ${readable(old!.mean)} (${(old!.mean / young!.mean).toFixed(2)}×)`,
      ...theirs.map((time) => (time === null ? 'throws' : readable(time))),
    ]
  })
  return [
    'The next occurrence of 10,000 tasks, rules compiled before:',
    '',
    table(['engine', 'tasks asked', 'p50', 'p99', 'max', 'per second'], mixRows),
    '',
    `todo5 is ${Math.round(ratios.rrule).toLocaleString('en')}× as fast as rrule, ${ratios.rruleTemporal.toFixed(1)}× as fast as rrule-temporal; other answers than ours: ${Object.entries(
      differing,
    )
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}.`,
    '',
    'One rule: p50 / p99 of single calls, mean of a loop, start 3 days → 30 years ago; the others: p50, 3 days, 30 years:',
    '',
    table(
      ['rule', 'todo5, 3 days', 'todo5, 30 years', 'mean', 'rrule 3 d', 'rrule 30 y', 'temporal 3 d', 'temporal 30 y'],
      ruleRows,
    ),
    '',
    `Parse, check, compile and one after: p50 ${readable(cold.p50)}, p99 ${readable(cold.p99)}. Memory per after, daily, weekly and monthly: ${bytesPerCall.toFixed(0)} bytes.`,
    '',
    'Hard rules: to compile or refuse, and the slowest of 200 after (the best of 7 runs):',
    '',
    table(
      ['rule', 'compile', 'after'],
      hard.map(({rule, compile, after}) => [rule, readable(compile), after === null ? 'refused' : readable(after)]),
    ),
    '',
    aims([
      {
        aim: '≥ 3,000× of rrule on the mix',
        met: ratios.rrule >= 3000,
        figure: `${Math.round(ratios.rrule).toLocaleString('en')}×`,
      },
    ]),
  ].join('\n')
}
