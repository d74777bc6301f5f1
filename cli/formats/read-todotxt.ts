import {type ParsedDue, readDate} from '../../services/domain/dates/read-date.ts'
import {endOfDay, wallTime} from '../../services/domain/dates/zone.ts'
import {DomainError} from '../../services/domain/errors.ts'
import {readDayText} from './day-text.ts'
import {fitTask} from './fit-task.ts'
import {everyUnits, type Placed, placed, placedFirst, type Unit} from './place-rule.ts'
import {
  EMPTY_TASK,
  type Fault,
  type Loss,
  type PortableSeries,
  type ReadContext,
  type ReadFile,
  type ReadTask,
} from './portable-task.ts'
import {readReminders} from './reminder-text.ts'
import {keyOf, plainWord, type TodotxtKey} from './todotxt-tokens.ts'

/** todo.txt with the extensions that its programs agree on: due:, t:, rec: (strict with +), pri:. */
export function readTodotxt(text: string, context: ReadContext): ReadFile {
  const tasks: ReadTask[] = []
  const faults: Fault[] = []
  for (const [index, line] of text.split(/\r?\n/u).entries()) {
    if (line.trim() === '') continue
    const place = `line ${index + 1}`
    const read = orFault(place, () => readLine(line.trimEnd(), place, context))
    if ('message' in read) faults.push(read)
    else tasks.push(read)
  }
  return {tasks, faults, notes: []}
}

/** A date that there is not is a fault of its line. */
function orFault(place: string, read: () => ReadTask | Fault): ReadTask | Fault {
  try {
    return read()
  } catch (error) {
    if (error instanceof DomainError) return {place, message: error.message}
    throw error
  }
}

const DATE = /^\d{4}-\d\d-\d\d$/u
const PRIORITY_OF: Readonly<Record<string, number>> = {A: 3, B: 2, C: 1}

function readLine(line: string, place: string, context: ReadContext): ReadTask | Fault {
  const words = line.split(' ')
  const done = words[0] === 'x'
  if (done) words.shift()
  let letter = /^\(([A-Z])\)$/u.exec(words[0] ?? '')?.[1]
  if (letter !== undefined) words.shift()
  // When it was done, and when it was made.
  for (let dates = done ? 2 : 1; dates > 0 && DATE.test(words[0] ?? ''); dates--) words.shift()
  const losses: Loss[] = []
  const tags: string[] = []
  const keys = new Map<TodotxtKey, string>()
  const title: string[] = []
  for (const [index, word] of words.entries()) {
    const plain = plainWord(word, index === 0)
    const key = plain === undefined ? keyOf(word) : undefined
    if (plain !== undefined) title.push(plain)
    else if (!key) tags.push(word.slice(1))
    else if (keys.has(key.key)) return {place, message: `${key.key}: stands there twice`}
    else keys.set(key.key, key.value)
  }
  letter ??= keys.get('pri')
  if (letter !== undefined && letter > 'C')
    losses.push({what: `priority (${letter})`, why: 'todo5 has three: A is high, B medium, C low'})
  const threshold = keys.get('t')
  if (threshold !== undefined)
    losses.push({what: `the start date ${threshold} (t:)`, why: 'todo5 shows a task from the beginning'})
  const fitted = fitTask({title: title.join(' ').trim(), description: '', tags})
  if (fitted.title === '') return {place, message: 'there is no text'}
  const dates = readDates(keys, losses, context)
  if ('message' in dates) return {place, message: dates.message}
  const {losses: changed, ...texts} = fitted
  return {
    ...EMPTY_TASK,
    ...texts,
    ...dates,
    priority: PRIORITY_OF[letter ?? ''] ?? 0,
    done,
    place,
    losses: [...losses, ...changed],
  }
}

type Dates = Pick<ReadTask, 'due' | 'movedTo' | 'series' | 'reminders'>

function readDates(
  keys: ReadonlyMap<TodotxtKey, string>,
  losses: Loss[],
  context: ReadContext,
): Dates | {message: string} {
  const due = readDue(keys, context)
  if (due && 'message' in due) return due
  const series = readSeries(keys, due, {losses, context})
  if (series && 'message' in series) return series
  const remind = keys.get('remind')
  const reminders = remind === undefined ? null : readReminders(remind)
  if (reminders === undefined) return {message: `remind:${remind} is no list of times such as 1h,1d`}
  const moved = keys.get('moved')
  const movedTo = moved === undefined ? null : readDate(moved, context)
  if (movedTo === undefined) return {message: `moved:${moved} is no date`}
  return {due: series?.due ?? due, series: series?.series ?? null, reminders, movedTo}
}

function readDue(keys: ReadonlyMap<TodotxtKey, string>, context: ReadContext): ParsedDue | null | {message: string} {
  const [day, time] = [keys.get('due'), keys.get('time')]
  if (day === undefined) return time === undefined ? null : {message: 'time: needs due:'}
  const whole = readDayText(day, context.zone)
  if (!whole) return {message: `due:${day} is no day; write due:2026-12-01`}
  if (time === undefined) return whole
  if (!/^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:[+-]\d\d:\d\d)?$/u.test(time))
    return {message: `time:${time} is no time of day`}
  return readDate(`${day}T${time}`, context) ?? {message: `time:${time} is no time of day`}
}

const UNITS: Readonly<Record<string, Unit>> = {d: 'DAILY', w: 'WEEKLY', m: 'MONTHLY', y: 'YEARLY'}

function readSeries(
  keys: ReadonlyMap<TodotxtKey, string>,
  given: ParsedDue | null,
  {losses, context}: {losses: Loss[]; context: ReadContext},
): {series: PortableSeries | null; due: ParsedDue} | {message: string} | undefined {
  const [rec, rrule] = [keys.get('rec'), keys.get('rrule')]
  if (rec === undefined && rrule === undefined) return undefined
  const until = keys.get('until')
  const end = until === undefined ? null : readDate(until, context)
  if (end === undefined) return {message: `until:${until} is no date`}
  const due = given ?? {at: endOfDay(wallTime(context.now, context.zone), context.zone), hasTime: false}
  if (!given) losses.push({what: 'no due date', why: 'a rule counts from one: it is due today'})
  const catchUp = keys.get('catch-up') === 'each' ? 'each' : 'once'
  // What todo5 wrote itself is in UTC already.
  const utc = {...context, zone: {name: 'UTC', offsetAt: () => 0}}
  const found =
    rec === undefined
      ? placed(
          {
            rule: rrule!,
            due,
            anchor: keys.get('anchor') === 'completion' ? 'completion' : 'due',
            until: end?.at ?? null,
          },
          utc,
        )
      : readRec(rec, {due, until: end?.at ?? null}, losses, context)
  if (!found) return {message: `rec:${rec} is no rule such as rec:1w or rec:+1m`}
  if ('series' in found) return {series: {...found.series, catchUp}, due: found.due}
  if (rec === undefined) return {message: `rrule:${rrule}: ${found.refused}`}
  losses.push({what: `the rule rec:${rec}`, why: found.refused})
  return {series: null, due}
}

/** `rec:1w` counts from the completion, `rec:+1w` from the due date; `b` are days from Monday to Friday. */
export function readRec(
  rec: string,
  {due, until}: {due: ParsedDue; until: number | null},
  losses: Loss[],
  context: ReadContext,
): Placed | undefined {
  const [, strict, count, letter] = /^(\+?)(\d{1,4})([dbwmy]?)$/u.exec(rec) ?? []
  if (count === undefined || Number(count) === 0) return undefined
  const anchor = strict === '+' ? 'due' : 'completion'
  if (letter === 'b') {
    if (Number(count) !== 1) return {refused: 'todo5 has no rule for every few working days'}
    if (anchor === 'completion')
      losses.push({what: 'rec:1b from the completion', why: 'a rule with weekdays counts from the due date'})
    return placed({rule: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', due, anchor: 'due', until}, context)
  }
  const unit = UNITS[letter === '' ? 'd' : letter!]!
  const forms =
    anchor === 'completion' ? [`FREQ=${unit};INTERVAL=${count}`] : everyUnits(unit, Number(count), due, context.zone)
  return placedFirst(forms, {due, anchor, until}, context)
}
