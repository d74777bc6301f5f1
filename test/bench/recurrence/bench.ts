/** `npm run bench -- recurrence`: the recurrence engine against rrule and rrule-temporal. */
import {parseArgs} from 'node:util'
import {InvalidRecurrence} from '../../../services/domain/recurrence/index.ts'
import {surroundings} from '../surroundings.ts'
import {type Engine, RRULE, RRULE_TEMPORAL, TODO5} from './engines.ts'
import {meanOf, type Spread, spreadOf, timesOf} from './measure.ts'
import type {EngineFigures, Report, RuleFigures} from './report.ts'
import {AGES, HARD_RULES, mixOfTasks, NOW, RULES, type Task} from './tasks.ts'

export {print} from './report.ts'

export const usage = '(a minute)'

/** Instants a few hours apart, so that answers differ. */
const instant = (index: number) => NOW + (index % 1_000) * 7_919_000

export async function run(args: readonly string[]): Promise<Report> {
  parseArgs({args: [...args], options: {}})
  const tasks = mixOfTasks()
  // rrule takes 5 ms on average for a task of this mix, so it is asked about every 20th.
  const everyTwentieth = tasks.filter((_, at) => at % 20 === 0)
  const mix = [figuresOf(TODO5, tasks, 20), figuresOf(RRULE_TEMPORAL, tasks, 1), figuresOf(RRULE, everyTwentieth, 1)]
  const [ours, temporal, rrule] = mix.map(({perSecond}) => perSecond) as [number, number, number]
  return {
    bench: 'recurrence',
    ...(await surroundings()),
    mix,
    ratios: {rrule: ours / rrule, rruleTemporal: ours / temporal},
    differing: {rrule: differing(RRULE, everyTwentieth), 'rrule-temporal': differing(RRULE_TEMPORAL, tasks)},
    rules: RULES.map(ruleFigures),
    cold: coldOf(tasks),
    bytesPerCall: bytesPerCall(),
    hard: HARD_RULES.map(hardFigures),
  }
}

/** It works in this process and starts nothing. */
export async function stop(): Promise<void> {}

/** Each task once after warming up; the throughput is that of whole rounds over all tasks. */
function figuresOf(engine: Engine, tasks: readonly Task[], rounds: number): EngineFigures {
  const afters = tasks.map(({rule, start}) => engine.compile(rule, start))
  if (engine === TODO5) meanOf(tasks.length * rounds, (index) => afters[index % afters.length]!(NOW))
  const spread = spreadOf(timesOf(tasks.length, (index) => afters[index]!(NOW)))
  const mean = meanOf(tasks.length * rounds, (index) => afters[index % afters.length]!(NOW))
  return {engine: engine.name, tasks: tasks.length, ...spread, perSecond: 1e9 / mean}
}

function differing(engine: Engine, tasks: readonly Task[]): number {
  return tasks.filter(({rule, start}) => engine.compile(rule, start)(NOW) !== TODO5.compile(rule, start)(NOW)).length
}

function ruleFigures(rule: string): RuleFigures {
  const afters = AGES.map(([, start]) => TODO5.compile(rule, start))
  const means = AGES.map(() => Infinity)
  // Ages in turn and the best of ten: what other processes take from one loop they would else seem to take from one age.
  for (let round = 0; round < 10; round++) {
    afters.forEach((after, age) => {
      means[age] = Math.min(
        means[age]!,
        meanOf(50_000, (index) => after(instant(index))),
      )
    })
  }
  const byAge = <Figure>(figure: (age: number, start: number) => Figure) =>
    Object.fromEntries(AGES.map(([name, start], age) => [name, figure(age, start)]))
  return {
    rule,
    todo5: byAge((age) => ({
      ...spreadOf(timesOf(50_000, (index) => afters[age]!(instant(index)))),
      mean: means[age]!,
    })),
    rrule: byAge((_, start) => medianOf(RRULE, rule, start)),
    rruleTemporal: byAge((_, start) => medianOf(RRULE_TEMPORAL, rule, start)),
  }
}

/** Within 100 ms or 200 calls; null when the engine throws. */
function medianOf(engine: Engine, rule: string, start: number): number | null {
  try {
    const after = engine.compile(rule, start)
    const once = timesOf(3, (index) => after(instant(index)))[2]!
    const calls = Math.max(3, Math.min(200, Math.floor(1e8 / once)))
    return spreadOf(timesOf(calls, (index) => after(instant(index)))).p50
  } catch {
    return null
  }
}

function coldOf(tasks: readonly Task[]): Spread {
  const cold = (index: number) => TODO5.compile(tasks[index]!.rule, tasks[index]!.start)(NOW)
  meanOf(tasks.length, cold)
  return spreadOf(timesOf(tasks.length, cold))
}

/** Growth of the heap while no collection can run: a number that is no small integer takes 16 bytes, a result is one. */
function bytesPerCall(): number {
  const plans = ['FREQ=DAILY', 'FREQ=WEEKLY;BYDAY=MO,WE', 'FREQ=MONTHLY;BYMONTHDAY=-1'].map((rule) =>
    TODO5.compile(rule, AGES[1]![1]),
  )
  const calls = 9_999
  const call = (index: number) => plans[index % 3]!(NOW)
  for (let warm = 0; warm < 20; warm++) meanOf(calls, call)
  const growths = Array.from({length: 9}, () => {
    const before = process.memoryUsage().heapUsed
    meanOf(calls, call)
    return (process.memoryUsage().heapUsed - before) / calls
  })
  return growths.sort((a, b) => a - b)[4]!
}

function hardFigures(rule: string): Report['hard'][number] {
  const start = Date.UTC(2027, 0, 4, 9, 13, 7)
  let compile = Infinity
  let slowest: number | null = Infinity
  for (let round = 0; round < 7; round++) {
    let after: ((instant: number) => number | null) | null = null
    compile = Math.min(compile, timesOf(1, () => (after = compileOrRefuse(rule, start)))[0]!)
    if (after === null) slowest = null
    else slowest = Math.min(slowest ?? Infinity, slowestOf(after, start))
  }
  return {rule, compile, after: slowest}
}

function compileOrRefuse(rule: string, start: number): ((instant: number) => number | null) | null {
  try {
    return TODO5.compile(rule, start)
  } catch (error) {
    if (error instanceof InvalidRecurrence) return null
    throw error
  }
}

/** Walks 200 occurrences, then starts again; ns. */
function slowestOf(after: (instant: number) => number | null, start: number): number {
  let at = start
  return spreadOf(timesOf(200, () => (at = after(at) ?? start))).max
}
