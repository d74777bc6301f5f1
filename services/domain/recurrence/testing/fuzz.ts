/** Texts that are hardly rules, and what an engine does with them. */
import {InvalidRecurrence, type RecurrencePlan} from '../index.ts'
import {randomNumbers, RuleMaker} from './random-rule.ts'

const PIECES =
  'FREQ=|INTERVAL=|COUNT=|UNTIL=|WKST=|BYMONTH=|BYWEEKNO=|BYYEARDAY=|BYMONTHDAY=|BYDAY=|BYHOUR=|BYMINUTE=|BYSECOND=|BYSETPOS=|SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY|;|;|,|=|-|+|0|1|2|7|29|30|31|53|60|366|86399|999999999|MO|SU|1MO|-5FR|20270601|20270601T000000Z|RRULE:|TZID=| |\n|\0|ß|İ|🎉|\ud800|every |on '.split(
    '|',
  )

/** Random bytes, random pieces of rules, valid rules with other digits, and ones with up to four places changed. */
export function* fuzzedTexts(seed: number, count: number): Generator<string> {
  const random = randomNumbers(seed)
  const maker = new RuleMaker(seed)
  const below = (limit: number) => Math.floor(random() * limit)
  const piece = () => PIECES[below(PIECES.length)]!
  for (let made = 0; made < count; made++) {
    if (made % 4 === 0) yield String.fromCharCode(...Array.from({length: below(80)}, () => below(256)))
    else if (made % 4 === 1) yield Array.from({length: 1 + below(25)}, piece).join('')
    else if (made % 4 === 2) yield maker.rule().replace(/\d/g, (digit) => (random() < 0.3 ? String(below(10)) : digit))
    else {
      let text = maker.rule()
      for (let changes = 1 + below(4); changes > 0; changes--) {
        const at = below(text.length + 1)
        text = text.slice(0, at) + (random() < 0.7 ? piece() : '') + text.slice(at + below(4))
      }
      yield text
    }
  }
}

export interface FuzzResult {
  readonly accepted: number
  readonly refused: number
  /** Everything thrown that is not an InvalidRecurrence with all that it promises. */
  readonly faults: readonly string[]
  /** ms, the slowest text: to refuse it, or to compile it and ask once in each direction. */
  readonly slowest: {readonly text: string; readonly duration: number}
}

/** Gives each text to `compile`; a slow one is tried again, because the first time may have met another process. */
export function fuzz(texts: Iterable<string>, compile: (text: string) => RecurrencePlan): FuzzResult {
  let accepted = 0
  let refused = 0
  let slowest = {text: '', duration: 0}
  const faults: string[] = []
  for (const text of texts) {
    const fault = faultOf(text, compile)
    if (fault === null) accepted++
    else if (fault === '') refused++
    else faults.push(`${JSON.stringify(text)}: ${fault}`)
    let duration = timeOf(text, compile)
    for (let tries = 0; tries < 5 && duration > slowest.duration; tries++) {
      duration = Math.min(duration, timeOf(text, compile))
    }
    if (duration > slowest.duration) slowest = {text, duration}
  }
  return {accepted, refused, faults, slowest}
}

/** null: compiled; '': refused as promised; else what is wrong. */
function faultOf(text: string, compile: (text: string) => RecurrencePlan): string | null {
  try {
    const plan = compile(text)
    const first = plan.after(-Infinity)
    return first === null || plan.has(first) ? null : 'the first occurrence is none'
  } catch (error) {
    if (!(error instanceof InvalidRecurrence)) return String(error)
    const inside = error.position >= 0 && error.length >= 0 && error.position + error.length <= Math.max(text.length, 0)
    return inside && error.hint !== '' && error.message !== '' ? '' : `points outside the text: ${error.message}`
  }
}

function timeOf(text: string, compile: (text: string) => RecurrencePlan): number {
  const started = performance.now()
  try {
    compile(text).after(Date.UTC(2027, 0, 1))
  } catch (error) {
    if (!(error instanceof InvalidRecurrence)) throw error
  }
  return performance.now() - started
}
