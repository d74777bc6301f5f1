import {compileRecurrence, describeRule, parseRule} from '../../services/domain/recurrence/index.ts'
import {clockChanges} from '../../services/domain/recurrence/clock-changes.ts'
import {notes} from '../../services/domain/recurrence/notes.ts'
import type {Zone} from '../../services/domain/dates/zone.ts'
import {parseDue, type ParsedDue} from '../../services/domain/dates/parse-due.ts'
import {localRule, readRule} from './rule-input.ts'
import {instantText} from './task-input.ts'

export interface PreviewRequest {
  readonly rule: string
  /** As typed; the first occurrence from now on when left out. */
  readonly start?: string | undefined
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly count: number
  readonly zone: Zone
  readonly now: number
}

/** What `recurrence preview --json` prints. */
export interface Preview {
  /** The UTC rule that would be stored. */
  readonly rule: string
  readonly description: string
  readonly time_zone: string
  readonly start: string
  /** False: the rule is about whole days, which end at their last second. */
  readonly has_time: boolean
  readonly occurrences: readonly string[]
  /** Whether the series goes on after the last one shown. */
  readonly more: boolean
  /** Where a clock change moves the local time: `first` is the first occurrence that it moves. */
  readonly clock_changes: readonly {readonly at: string; readonly first: string; readonly effect: string}[]
  readonly notes: readonly string[]
}

/** The occurrences of a rule as it is meant in a zone; nothing is saved, nobody is asked. */
export async function previewRule(request: PreviewRequest): Promise<Preview> {
  const {zone, now, count} = request
  const read = async (text: string | undefined): Promise<ParsedDue | undefined> =>
    text === undefined ? undefined : await parseDue(text, {zone, now})
  const start = await read(request.start)
  const {pattern, due} = readRule({text: request.rule, due: start, zone, now})
  const plan = compileRecurrence({rule: pattern, start: due.at})
  const from = (await read(request.from))?.at ?? due.at
  const to = (await read(request.to))?.at ?? Infinity
  const occurrences = plan.between(from, to, count)
  const last = occurrences.at(-1)
  const local = localRule({text: request.rule, count: undefined, zone})
  const localStart = due.at + zone.offsetAt(due.at)
  const description = describeRule(local, localStart, {zone: zone.name === 'UTC' ? 'UTC' : ''})
  return {
    rule: pattern,
    description: due.hasTime ? description : description.replace(/ at 23:59:59( UTC)?\b/u, ''),
    time_zone: zone.name,
    start: instantText(due.at),
    has_time: due.hasTime,
    occurrences: occurrences.map(instantText),
    more: last !== undefined && plan.after(last) !== null,
    clock_changes: due.hasTime && last !== undefined ? changesBetween(pattern, {start: due.at, from, last, zone}) : [],
    notes: notes(local, localStart).map((note) => note.text),
  }
}

function changesBetween(
  pattern: string,
  {start, from, last, zone}: {start: number; from: number; last: number; zone: Zone},
): Preview['clock_changes'] {
  if (zone.name === 'UTC') return []
  const query = {
    rule: parseRule(pattern),
    zone: zone.name,
    start,
    after: Math.max(start, from),
    until: last,
    limit: 1000,
  }
  return clockChanges(query).map(({at, first, effect}) => ({at: instantText(at), first: instantText(first), effect}))
}
