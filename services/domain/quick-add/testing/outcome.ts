import {zoneOf} from '../../dates/zone.ts'
import {parseQuickAdd} from '../parse-quick-add.ts'
import type {Span} from '../quick-add.ts'

/** A sentence at a moment in a zone, and what it means; what is absent was not said. */
export interface Outcome {
  readonly text: string
  readonly title: string
  /** ISO 8601, UTC; `(day)` behind it: a whole day. */
  readonly due?: string
  /** The words that said it. */
  readonly due_from?: readonly string[]
  /** Stored: RRULE in UTC. */
  readonly rule?: string
  /** On the clock of the zone. */
  readonly repeats?: string
  readonly rule_from?: readonly string[]
  readonly anchor?: string
  readonly end?: string
  readonly except?: readonly string[]
  /** Seconds before the due date, ways, nagging. */
  readonly remind?: readonly string[]
  readonly tags?: readonly string[]
  readonly priority?: number
  /** What to write for the other readings of the due date or the rule. */
  readonly or?: readonly string[]
  readonly ask?: readonly {readonly code: string; readonly about: string; readonly choices: readonly string[]}[]
  readonly remarks?: readonly string[]
}

const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')
const some = <K extends string, T>(name: K, list: readonly T[]): {readonly [name in K]?: readonly T[]} =>
  list.length === 0 ? {} : ({[name]: list} as {readonly [name in K]?: readonly T[]})

/** What parseQuickAdd makes of a text, in the form of the cases. */
export function outcomeOf(text: string, zone: string, now: string): Outcome {
  const parsed = parseQuickAdd(text, {zone: zoneOf(zone), now: Date.parse(now)})
  const {due, recurrence, end, exceptions, reminders, tags, priority, questions, remarks} = parsed
  const said = (spans: readonly Span[] = []): string[] => spans.map(({start, end: to}) => text.slice(start, to))
  return {
    text,
    title: parsed.title,
    ...(due ? {due: `${iso(due.value.at)}${due.value.hasTime ? '' : ' (day)'}`} : {}),
    ...some('due_from', said(due?.spans)),
    ...(recurrence ? {rule: recurrence.value.pattern, repeats: recurrence.value.words} : {}),
    ...some('rule_from', said(recurrence?.spans)),
    ...(recurrence?.value.anchor === 'completion' ? {anchor: 'completion'} : {}),
    ...(end ? {end: end.value.kind === 'count' ? `${end.value.count} times` : iso(end.value.until)} : {}),
    ...some(
      'except',
      exceptions.map(({value}) => `${iso(value.day)}${value.occurrence === null ? ' (no occurrence)' : ''}`),
    ),
    ...(reminders
      ? {
          remind: reminders.value.map(({offsetSeconds, channels, nagEverySeconds}) =>
            [offsetSeconds, channels && `by ${channels.join('+')}`, nagEverySeconds && `nag ${nagEverySeconds}`]
              .filter((part) => part !== null)
              .join(' '),
          ),
        }
      : {}),
    ...some(
      'tags',
      tags.map(({value}) => value),
    ),
    ...(priority ? {priority: priority.value} : {}),
    ...some(
      'or',
      [due, recurrence].flatMap((field) => field?.alternatives ?? []).map(({write}) => write),
    ),
    ...some(
      'ask',
      questions.map(({code, span, choices}) => ({
        code,
        about: text.slice(span.start, span.end),
        choices: choices.map(({write}) => write),
      })),
    ),
    ...some(
      'remarks',
      remarks.map((remark) => remark.text),
    ),
  }
}
