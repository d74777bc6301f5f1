import {readClock} from '../dates/read-clock.ts'
import type {DueContext, ParsedDue} from '../dates/read-date.ts'
import {instantOf, wallTime} from '../dates/zone.ts'
import {defaultReminders, offsetBefore} from '../reminders/reminder-times.ts'
import type {FoundReminders, ReminderWish} from './find-reminders.ts'
import type {Field, Question, Reminder, Span} from './quick-add.ts'

/** As the HTTP API has them. */
const MAX_REMINDERS = 10
const MAX_OFFSET = 366 * 86_400
const NAG = {least: 60, most: 7 * 86_400}

export interface PlacedReminders {
  readonly reminders: Field<readonly Reminder[]> | null
  readonly question: Question | null
}

const NOTHING: PlacedReminders = {reminders: null, question: null}

/** Reminders as offsets of the due date. `intro`: the spans of "remind me to", which asks for one at the due date. */
export function placeReminders(
  found: FoundReminders,
  {due, intro, context}: {due: ParsedDue | null; intro: readonly Span[]; context: DueContext},
): PlacedReminders {
  const spans = [...found.spans, ...intro].toSorted((a, b) => a.start - b.start)
  const [span] = spans
  if (!span) return NOTHING
  const ask = (code: Question['code'], text: string, hint: string): PlacedReminders => ({
    reminders: null,
    question: {code, text, span, choices: [], hint},
  })
  const says = found.wishes !== null || found.nagEverySeconds !== null || found.channels !== null
  if (found.none && says) return ask('impossible_reminder', 'A reminder, or none?', 'keep one of them')
  const field = (value: readonly Reminder[], confidence = 1): PlacedReminders => ({
    reminders: {value, spans, confidence, alternatives: []},
    question: null,
  })
  if (found.none) return field([])
  if (!due)
    return ask('missing_due', 'Remind of it when?', 'say when it is due: "tomorrow at 9, remind me 1 hour before"')
  // "remind me to call at 9" means at nine; of a whole day the usual morning is meant.
  if (!says && due.hasTime && intro.length > 0) return field([plain(0)], 0.8)
  const nag = found.nagEverySeconds
  if (nag !== null && (nag < NAG.least || nag > NAG.most))
    return ask('impossible_reminder', 'It can nag every minute to every week.', 'nag every 10 minutes')
  const offsets = offsetsOf(found.wishes, due, context)
  if (offsets.some((offset) => offset < 0))
    return ask(
      'impossible_reminder',
      'That reminder would come after it is due.',
      'give an earlier time, or a later due date',
    )
  if (offsets.some((offset) => offset > MAX_OFFSET) || offsets.length > MAX_REMINDERS)
    return ask(
      'impossible_reminder',
      'There are at most 10 reminders, up to 366 days before.',
      'say fewer or later ones',
    )
  const unique = [...new Set(offsets)].toSorted((a, b) => b - a)
  return field(unique.map((offset) => ({...plain(offset), channels: found.channels, nagEverySeconds: nag})))
}

const plain = (offsetSeconds: number): Reminder => ({offsetSeconds, channels: null, nagEverySeconds: null})

function offsetsOf(wishes: readonly ReminderWish[] | null, due: ParsedDue, context: DueContext): number[] {
  if (wishes === null) return defaultReminders(due.hasTime).map(({offset_seconds: offset}) => offset)
  return wishes.map((wish) =>
    wish.kind === 'before' ? offsetBefore(wish.seconds, due.hasTime) : offsetAt(wish, due, context),
  )
}

/** A time on the day of the due date, or so many days before. */
function offsetAt({time, daysBefore}: Extract<ReminderWish, {kind: 'at'}>, due: ParsedDue, {zone}: DueContext): number {
  const clock = readClock(time)
  // "remind me at 25": later than any due date.
  if (!clock) return -1
  const day = wallTime(due.at, zone)
  const at = instantOf({...day, day: day.day - daysBefore, hour: clock.hour, minute: clock.minute, second: 0}, zone)
  return Math.round((due.at - at) / 1000)
}
