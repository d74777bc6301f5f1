/**
 * Holds an engine against the vectors and against the brute-force evaluator. The engine is an argument, so that the same
 * comparison judges ours and copies of it with a fault.
 */
import {readFileSync} from 'node:fs'
import {bruteForce} from './brute-force.ts'
import {RuleMaker} from './random-rule.ts'

/** What is needed of an engine. */
export type Compile = (source: {rule: string; start: number}) => {after(instant: number): number | null}

export interface Vector {
  readonly rule: string
  readonly start: string
  readonly after: string
  readonly next: readonly string[]
  readonly more: boolean
}

export interface Disagreement {
  readonly rule: string
  readonly start: string
  readonly after: string
  readonly expected: readonly string[]
  readonly got: readonly string[] | string
}

export function readVectors(): readonly Vector[] {
  const file = new URL('./vectors.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as {cases: Vector[]}).cases
}

/** The vectors on which an engine is wrong. */
export function wrongVectors(compile: Compile): Disagreement[] {
  return readVectors().flatMap(({rule, start, after, next, more}) => {
    const got = answers(compile, rule, Date.parse(start), Date.parse(after), more ? next.length : next.length + 1)
    const expected = next.map((text) => Date.parse(text))
    return differs(got, expected) ? [disagreement(rule, Date.parse(start), Date.parse(after), expected, got)] : []
  })
}

/**
 * The rules about numbered weeks around the turn of the year on which an engine disagrees with brute force over 14 years:
 * random rules seldom come near the few days that belong to a week of the year before or after.
 */
export function wrongWeekRules(compile: Compile): Disagreement[] {
  const [start, to] = [Date.UTC(1999, 0, 1), Date.UTC(2013, 0, 10)]
  const rules = ['1', '2', '52', '53', '-1', '-2', '-52', '-53'].flatMap((week) =>
    ['MO', 'TH', 'FR', 'SA', 'SU'].flatMap((day) =>
      ['MO', 'SU', 'TH'].map((wkst) => `FREQ=YEARLY;BYWEEKNO=${week};BYDAY=${day};WKST=${wkst}`),
    ),
  )
  return rules.flatMap((rule) => {
    const expected = bruteForce({rule, start, after: start - 1, to, limit: 40})
    const got = answers(compile, rule, start, start - 1, expected.length)
    return differs(got, expected) ? [disagreement(rule, start, start - 1, expected, got)] : []
  })
}

const YEAR = 366 * 86_400_000
const END = Date.UTC(9999, 11, 31, 23, 59, 59)

/**
 * The random rules from a seed on which an engine disagrees with brute force: up to four occurrences are compared, within
 * 30 years (half a year for rules finer than DAILY, of which every unit has to be tried).
 */
export function wrongRandomRules(compile: Compile, seed: number, rules: number): Disagreement[] {
  const maker = new RuleMaker(seed)
  const wrong: Disagreement[] = []
  for (let made = 0; made < rules; made++) {
    const {rule, start, after} = maker.case()
    const span = (/HOURLY|MINUTELY|SECONDLY/.test(rule) ? 0.5 : 30) * YEAR
    const to = Math.min(Math.max(after, start) + span, END)
    const expected = compareWithin(rule, start, after, to)
    // The second occurrence is a telling UNTIL: it still counts, and nothing after it does.
    if (made % 4 === 0 && expected.length > 1 && !rule.includes('COUNT')) {
      compareWithin(`${rule};UNTIL=${iso(expected[1]!).replace(/[-:]|\.000/g, '')}`, start, after, to)
    }
  }
  return wrong

  function compareWithin(rule: string, start: number, after: number, to: number): number[] {
    const got = answers(compile, rule, start, after, 4)
    if (got === 'rrule_cap') return []
    const expected = bruteForce({rule, start, after, to, limit: 4})
    const within = typeof got === 'string' ? got : got.filter((instant) => instant <= to)
    if (differs(within, expected)) wrong.push(disagreement(rule, start, after, expected, within))
    return expected
  }
}

/** The next occurrences, or the code of the refusal; a rule that is proved empty has none. */
function answers(compile: Compile, rule: string, start: number, after: number, limit: number): number[] | string {
  const found: number[] = []
  try {
    const plan = compile({rule, start})
    for (let next = plan.after(after); next !== null && found.length < limit; next = plan.after(next)) {
      if (found.length > 0 && next <= found.at(-1)!) return `not increasing at ${new Date(next).toISOString()}`
      found.push(next)
    }
  } catch (error) {
    const code = (error as {code?: unknown}).code
    if (code === 'rrule_never') return []
    return typeof code === 'string' ? code : String(error)
  }
  return found
}

function differs(got: number[] | string, expected: readonly number[]): boolean {
  return typeof got === 'string' || got.join() !== expected.join()
}

function disagreement(
  rule: string,
  start: number,
  after: number,
  expected: readonly number[],
  got: number[] | string,
): Disagreement {
  return {
    rule,
    start: iso(start),
    after: iso(after),
    expected: expected.map(iso),
    got: typeof got === 'string' ? got : got.map(iso),
  }
}

function iso(instant: number): string {
  return new Date(instant).toISOString()
}
