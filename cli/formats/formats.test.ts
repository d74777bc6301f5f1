import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {endOfDay, zoneOf} from '../../services/domain/dates/zone.ts'
import {compileRecurrence} from '../../services/domain/recurrence/index.ts'
import type {PortableTask, ReadContext, ReadFile} from './portable-task.ts'
import {readCsv} from './read-csv.ts'
import {readIcalendar} from './read-icalendar.ts'
import {readTodotxt} from './read-todotxt.ts'
import {reminderText} from './reminder-text.ts'
import {writeCsv} from './write-csv.ts'
import {writeIcalendar} from './write-icalendar.ts'
import {writeTodotxt} from './write-todotxt.ts'

const context: ReadContext = {zone: zoneOf('Europe/Berlin'), now: Date.UTC(2026, 10, 20, 9)}

/** Words that a format could take for its own, and what spreadsheets and terminals stumble over. */
const WORDS = [
  'x (A) 2026-11-20 due:2026-11-30 rec:1w +project @home \\due:1 \\x \\\\+a pri:A',
  "=cmd|calc -1 @SUM(A1) '=1 ''-x a,b \"quoted\" semi;colon back\\slash a:b #tag",
  "BEGIN:VTODO שלום \u202eRTL 🧑‍🚀 e\u0301 \u00a0 ١٢ it's \\n http://x.example/?a=1&b=2",
].flatMap((line) => line.split(' '))
const title = fc
  .array(fc.oneof(fc.constantFrom(...WORDS), fc.string({unit: 'grapheme', minLength: 1, maxLength: 12})), {
    minLength: 1,
    maxLength: 8,
  })
  .map((words) =>
    words
      .join(' ')
      // eslint-disable-next-line no-control-regex -- the API refuses these
      .replaceAll(/[\u0000-\u001F\u007F-\u009F\u2028\u2029]/gu, '')
      .trim()
      .slice(0, 500)
      .toWellFormed()
      .trim(),
  )
  .filter((text) => text !== '')
const tag = fc.stringMatching(/^[\p{L}\p{N}_-]{1,12}$/u)
const description = fc.constantFrom('', 'one line', 'two\nlines', '=1+1\n"quoted", and\ttabs', '-dash', ';,\\')
const instant = fc.integer({min: Date.UTC(2026, 11, 1) / 1000, max: Date.UTC(2029, 0, 1) / 1000}).map((at) => at * 1000)
const day = fc
  .record({
    year: fc.integer({min: 2027, max: 2029}),
    month: fc.integer({min: 1, max: 12}),
    day: fc.integer({min: 1, max: 28}),
  })
  .map((date) => ({at: endOfDay(date, context.zone), hasTime: false}))
const due = fc.oneof(
  instant.map((at) => ({at, hasTime: true})),
  day,
)
const RULES = [
  'DAILY DAILY;INTERVAL=3 WEEKLY WEEKLY;BYDAY=MO,TH MONTHLY;BYMONTHDAY=-1 MONTHLY;BYDAY=-1FR YEARLY MONTHLY',
  'WEEKLY;BYDAY=MO,TU,WE,TH,FR HOURLY;INTERVAL=8 DAILY;COUNT=5 WEEKLY;UNTIL=20351231T235959Z',
  'MONTHLY;INTERVAL=2;BYMONTHDAY=1,15',
].flatMap((line) => line.split(' '))
const rule = fc.constantFrom(...RULES).map((text) => `FREQ=${text}`)
const reminder = fc.record(
  {
    offset_seconds: fc.constantFrom(0, 600, 3600, 53_999, 86_400, 90_061),
    nag_every_seconds: fc.constantFrom(300, 900),
    channels: fc.constantFrom<('email' | 'push' | 'webhook')[][]>(['email'], ['email', 'push'], ['webhook']),
  },
  {requiredKeys: ['offset_seconds']},
)
const task: fc.Arbitrary<PortableTask> = fc
  .record({
    title,
    description,
    priority: fc.integer({min: 0, max: 3}),
    tags: fc.uniqueArray(tag, {maxLength: 4}),
    due: fc.option(due),
    repeats: fc.option(
      fc.record({
        rule,
        anchor: fc.constantFrom('due' as const, 'completion' as const),
        catchUp: fc.constantFrom('once' as const, 'each' as const),
        ends: fc.boolean(),
      }),
    ),
    reminders: fc.uniqueArray(reminder, {maxLength: 3, selector: ({offset_seconds}) => offset_seconds}),
    moved: fc.option(fc.integer({min: 1, max: 9})),
    done: fc.boolean(),
  })
  .map(({due: given, repeats, reminders, moved, done, ...rest}): PortableTask => {
    const anchor = repeats && !/BY|COUNT/u.test(repeats.rule) ? repeats.anchor : 'due'
    const series = repeats && given && !done ? seriesOf(repeats, anchor, given.at) : null
    return {
      ...rest,
      done,
      due: given,
      series,
      reminders: given ? reminders.toSorted((a, b) => b.offset_seconds - a.offset_seconds) : [],
      movedTo: series && given && moved !== null ? {at: given.at + moved * 86_400_000, hasTime: true} : null,
    }
  })
  // A whole day is moved to a whole day.
  .map((one) => (one.movedTo && !one.due!.hasTime ? {...one, movedTo: null} : one))

function seriesOf(
  {rule: pattern, catchUp, ends}: {rule: string; catchUp: 'once' | 'each'; ends: boolean},
  anchor: 'due' | 'completion',
  start: number,
): PortableTask['series'] {
  const open = !/COUNT|UNTIL/u.test(pattern)
  const until = ends && open ? compileRecurrence({rule: pattern, start}).between(start, Infinity, 5).at(-1)! : null
  return {pattern, until, anchor, catchUp}
}

/** What came back, without what every reader adds. */
const tasksOf = ({tasks, faults}: ReadFile): PortableTask[] => {
  expect(faults).toEqual([])
  return tasks.map(({place: _place, losses: _losses, ...one}) => one)
}

const comparable = ({reminders, ...one}: PortableTask) => ({...one, reminders: reminders && reminderText(reminders)})

async function comesBack(
  tasks: readonly PortableTask[],
  read: ReadFile | Promise<ReadFile>,
  kept: (one: PortableTask) => PortableTask,
) {
  expect(tasksOf(await read).map(comparable)).toEqual(tasks.map((one) => comparable(kept(one))))
}

const many = fc.array(task, {maxLength: 6})

test('csv says everything', async () => {
  await fc.assert(
    fc.asyncProperty(many, async (tasks) => {
      const {text, losses} = writeCsv(tasks, context)
      expect(losses).toEqual([])
      // No cell begins a formula.
      expect(text.split(/\r\n|,/u).filter((cell) => /^"?[=+@]/u.test(cell) && !text.includes(`"${cell}`))).toEqual([])
      await comesBack(tasks, readCsv(text, context), (one) => ({...one, reminders: one.due ? one.reminders : null}))
    }),
    {numRuns: 300},
  )
})

test('todo.txt says everything but the description', async () => {
  await fc.assert(
    fc.asyncProperty(many, async (tasks) => {
      const {text, losses} = writeTodotxt(tasks, context)
      expect(losses.filter(({what}) => what === 'the description')).toHaveLength(
        tasks.filter((one) => one.description !== '').length,
      )
      await comesBack(tasks, readTodotxt(text, context), (one) => {
        const usual =
          JSON.stringify(one.reminders) === JSON.stringify([{offset_seconds: one.due?.hasTime ? 3600 : 53_999}])
        return {...one, description: '', reminders: one.due === null || usual ? null : one.reminders}
      })
    }),
    {numRuns: 300},
  )
})

test('iCalendar says everything', async () => {
  await fc.assert(
    fc.asyncProperty(many, async (tasks) => {
      const {text} = writeIcalendar(
        tasks.map((one, id) => ({...one, id})),
        {...context, source: 'test'},
      )
      expect(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true)
      await comesBack(tasks, readIcalendar(text, context), (one) => one)
    }),
    {numRuns: 300},
  )
})
