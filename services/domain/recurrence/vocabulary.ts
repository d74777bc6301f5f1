import type {Frequency, Weekday} from './rule.ts'

/** The words of patterns in words, and of the sentences that describe.ts writes. All lower case except the names. */

export const WEEKDAY_NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
export const MONTH_NAMES = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const

const NUMBERS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve']
export const ORDINAL_NAMES = ['first', 'second', 'third', 'fourth', 'fifth'] as const

export const UNIT_NAMES: Readonly<Record<Frequency, string>> = {
  SECONDLY: 'second',
  MINUTELY: 'minute',
  HOURLY: 'hour',
  DAILY: 'day',
  WEEKLY: 'week',
  MONTHLY: 'month',
  YEARLY: 'year',
}

interface Adverb {
  readonly freq: Frequency
  readonly interval: number
}

export const ADVERBS: ReadonlyMap<string, Adverb> = new Map([
  ['hourly', {freq: 'HOURLY', interval: 1}],
  ['daily', {freq: 'DAILY', interval: 1}],
  ['weekly', {freq: 'WEEKLY', interval: 1}],
  ['biweekly', {freq: 'WEEKLY', interval: 2}],
  ['fortnightly', {freq: 'WEEKLY', interval: 2}],
  ['monthly', {freq: 'MONTHLY', interval: 1}],
  ['quarterly', {freq: 'MONTHLY', interval: 3}],
  ['yearly', {freq: 'YEARLY', interval: 1}],
  ['annually', {freq: 'YEARLY', interval: 1}],
])

const UNITS: ReadonlyMap<string, Adverb> = new Map([
  ['second', {freq: 'SECONDLY', interval: 1}],
  ['minute', {freq: 'MINUTELY', interval: 1}],
  ['hour', {freq: 'HOURLY', interval: 1}],
  ['day', {freq: 'DAILY', interval: 1}],
  ['week', {freq: 'WEEKLY', interval: 1}],
  ['fortnight', {freq: 'WEEKLY', interval: 2}],
  ['month', {freq: 'MONTHLY', interval: 1}],
  ['quarter', {freq: 'MONTHLY', interval: 3}],
  ['year', {freq: 'YEARLY', interval: 1}],
])

const weekdays = new Map<string, Weekday>()
for (const [index, name] of WEEKDAY_NAMES.entries()) {
  const lower = name.toLowerCase()
  for (const form of [lower, `${lower}s`, lower.slice(0, 3), lower.slice(0, 2)]) weekdays.set(form, index as Weekday)
}
for (const [form, index] of [
  ['tues', 1],
  ['weds', 2],
  ['thur', 3],
  ['thurs', 3],
] as const) {
  weekdays.set(form, index)
}

const months = new Map<string, number>()
for (const [index, name] of MONTH_NAMES.entries()) {
  months.set(name.toLowerCase(), index + 1)
  months.set(name.slice(0, 3).toLowerCase(), index + 1)
}
months.set('sept', 9)

const ordinals = new Map<string, number>()
for (const [index, name] of ORDINAL_NAMES.entries()) ordinals.set(name, index + 1)

/** 0 is Monday. Knows monday, mondays, mon, mo. */
export const weekdayOf = (word: string): Weekday | undefined => weekdays.get(word)
/** 1 is January. Knows january, jan. */
export const monthOf = (word: string): number | undefined => months.get(word)
/** one … twelve. */
export const numberOf = (word: string): number | undefined => {
  const index = NUMBERS.indexOf(word)
  return index < 0 ? undefined : index + 1
}
/** first … fifth; `last` is −1. */
export const ordinalOf = (word: string): number | undefined => (word === 'last' ? -1 : ordinals.get(word))
/** day, days, week, weeks … */
export const unitOf = (word: string): Adverb | undefined => UNITS.get(word.replace(/s$/, ''))

const JOINING: ReadonlySet<string> = new Set(
  'every each other the of on at in and to or through except weekday weekdays workday workdays weekend weekends once a per am pm noon midnight hours minute minutes & , - –'.split(
    ' ',
  ),
)

/**
 * Whether patterns in words can contain this word: names, numbers, times and what joins them. The weekdays in two letters
 * are left out: in a sentence "we" is no Wednesday.
 */
export const isPatternWord = (word: string): boolean =>
  JOINING.has(word) ||
  ADVERBS.has(word) ||
  /^(\d{1,6}(st|nd|rd|th)?|\d{1,2}:\d\d(:\d\d)?)$/.test(word) ||
  (word.length > 2 && weekdays.has(word)) ||
  months.has(word) ||
  [numberOf(word), ordinalOf(word), unitOf(word)].some((found) => found !== undefined)

export const WORKING_DAYS: readonly Weekday[] = [0, 1, 2, 3, 4]
export const WEEKEND_DAYS: readonly Weekday[] = [5, 6]

/** Words of the grammar that are neither names nor numbers. */
const CONNECTING = [
  'every',
  'each',
  'other',
  'weekday',
  'weekdays',
  'weekend',
  'weekends',
  'at',
  'on',
  'until',
  'for',
  'times',
  'once',
  'noon',
  'midnight',
  'last',
  'month',
  'in',
  'except',
]

const known = [
  ...ADVERBS.keys(),
  ...UNITS.keys(),
  ...[...UNITS.keys()].map((unit) => `${unit}s`),
  ...WEEKDAY_NAMES.map((name) => name.toLowerCase()),
  ...MONTH_NAMES.map((name) => name.toLowerCase()),
  ...ORDINAL_NAMES,
  ...NUMBERS,
  ...CONNECTING,
]

/** Edits (insert, delete, replace, swap of neighbours) that turn one word into the other. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({length: b.length + 1}, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let best = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1)
      next.push(best)
    }
    before = row
    row = next
  }
  return row[b.length]!
}

/** At most two words of the grammar that were probably meant, the nearest first. Words over 20 characters have none. */
export function nearWords(word: string): string[] {
  if (word.length > 20) return []
  const allowed = word.length <= 4 ? 1 : 2
  return known
    .filter((candidate) => Math.abs(candidate.length - word.length) <= allowed)
    .map((candidate) => ({candidate, edits: distance(word, candidate)}))
    .filter(({edits}) => edits <= allowed)
    .sort((a, b) => a.edits - b.edits)
    .slice(0, 2)
    .map(({candidate}) => candidate)
}
