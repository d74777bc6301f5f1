import ICAL from 'ical.js'
import {readDate} from '../../services/domain/dates/read-date.ts'
import {UTC} from '../../services/domain/dates/zone.ts'
import {compileRecurrence, formatRule, InvalidRecurrence, parseRule} from '../../services/domain/recurrence/index.ts'
import {goingOn} from '../../services/domain/tasks/new-series.ts'
import {fitTask} from './fit-task.ts'
import {readAlarms} from './icalendar-alarms.ts'
import {calendarDate, type CalendarDate} from './icalendar-time.ts'
import {placed} from './place-rule.ts'
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
import {writtenRule} from './write-icalendar.ts'

type Component = InstanceType<typeof ICAL.Component>

interface Calendar extends ReadContext {
  readonly zones: ReadonlyMap<string, string>
}

/** To-dos and events of a calendar. Of an event that repeats the next date is taken; one that is over is left out. */
export function readIcalendar(text: string, context: ReadContext): ReadFile {
  let root: Component
  try {
    root = new ICAL.Component(ICAL.parse(text) as ConstructorParameters<typeof ICAL.Component>[0])
  } catch (error) {
    return {
      tasks: [],
      faults: [{place: placeOf(text, error as Error), message: `this is no iCalendar: ${(error as Error).message}`}],
      notes: [],
    }
  }
  const zones = new Map(
    root.getAllSubcomponents('vtimezone').map((zone) => [textOf(zone, 'tzid'), textOf(zone, 'x-lic-location')]),
  )
  const tasks: ReadTask[] = []
  const faults: Fault[] = []
  let [over, changed] = [0, 0]
  for (const kind of ['vtodo', 'vevent'] as const) {
    const lines = linesOf(text, kind)
    for (const [index, component] of root.getAllSubcomponents(kind).entries()) {
      if (component.hasProperty('recurrence-id')) {
        changed++
        continue
      }
      const read = readComponent(component, `line ${lines[index] ?? '?'}`, {...context, zones})
      if (read === 'over') over++
      else if ('message' in read) faults.push(read)
      else tasks.push(read)
    }
  }
  const notes = []
  if (over > 0) notes.push(`${over} ${over === 1 ? 'event is' : 'events are'} over, and left out.`)
  if (changed > 0)
    notes.push(
      `${changed} single ${changed === 1 ? 'date' : 'dates'} of a series that ${changed === 1 ? 'was' : 'were'} changed: todo5 goes by the rule.`,
    )
  return {tasks, faults, notes}
}

const linesOf = (text: string, kind: string): number[] =>
  text.split('\n').flatMap((line, index) => (line.trim().toLowerCase() === `begin:${kind}` ? [index + 1] : []))

/** ical.js names the text of the line. */
function placeOf(text: string, {message}: Error): string {
  const quoted = /"([^"]+)"$/u.exec(message)?.[1]
  const index = quoted === undefined ? -1 : text.split('\n').findIndex((line) => line.includes(quoted))
  return index === -1 ? `line ${text.trimEnd().split('\n').length}` : `line ${index + 1}`
}

const textOf = (component: Component, name: string): string => {
  const value = component.getFirstPropertyValue(name)
  return value === null ? '' : String(value)
}

/** What todo5 has no place for, by its property. */
const FOREIGN: Readonly<Record<string, string>> = {
  location: 'the place',
  attach: 'attachments',
  attendee: 'attendees',
  'related-to': 'that it belongs to another task',
  rdate: 'dates beside the rule',
  'percent-complete': 'how far it is done',
  geo: 'the place on the map',
  url: 'the address (URL)',
}

function readComponent(component: Component, place: string, context: Calendar): ReadTask | Fault | 'over' {
  try {
    return readOne(component, place, context)
  } catch (error) {
    // ical.js reads a value when it is asked for, and throws then.
    if (error instanceof TypeError || !(error instanceof Error)) throw error
    return {place, message: error.message}
  }
}

function readOne(component: Component, place: string, context: Calendar): ReadTask | Fault | 'over' {
  const isEvent = component.name === 'vevent'
  const status = textOf(component, 'status').toUpperCase()
  const losses: Loss[] = Object.entries(FOREIGN)
    .filter(([name]) => component.hasProperty(name))
    .map(([, what]) => ({what, why: 'todo5 has nothing like it'}))
  const categories = component.getAllProperties('categories').flatMap((property) => property.getValues().map(String))
  const fitted = fitTask({
    title: textOf(component, 'summary'),
    description: textOf(component, 'description'),
    tags: categories,
  })
  if (fitted.title === '') return {place, message: 'there is no SUMMARY'}
  const date = dateOf(component, isEvent, {losses, context})
  if (isEvent && !date) return {place, message: 'an event without DTSTART'}
  const found = date && repeats(component) ? seriesOf(component, date, {losses, context, isEvent}) : undefined
  if (found === 'over' || (isEvent && !found && date!.due.at < context.now)) return 'over'
  const due = found?.due ?? date?.due ?? null
  if (!date && repeats(component)) losses.push({what: 'its rule', why: 'there is no date that it counts from'})
  if (status === 'CANCELLED') return {place, message: 'it is cancelled'}
  const own = readReminders(textOf(component, 'x-todo5-remind'))
  const moved = readDate(compact(textOf(component, 'x-todo5-moved-to')), context)
  const {losses: changed, ...texts} = fitted
  return {
    ...EMPTY_TASK,
    ...texts,
    due,
    series: found?.series ?? null,
    movedTo: moved && due ? {at: moved.at, hasTime: due.hasTime} : null,
    priority: priorityOf(Number(textOf(component, 'priority'))),
    reminders: own ?? (due ? readAlarms(component, date!, losses) : []),
    done: status === 'COMPLETED' || component.hasProperty('completed'),
    place,
    losses: [...losses, ...changed],
  }
}

/** A rule of todo5 that iCalendar cannot say on the clock of the person stands there by itself. */
const repeats = (component: Component): boolean =>
  component.hasProperty('rrule') || component.hasProperty('x-todo5-rrule')

/** 1 to 4 are high, 5 is medium, 6 to 9 are low, 0 says nothing. */
const priorityOf = (number: number): number =>
  number >= 1 && number <= 4 ? 3 : number === 5 ? 2 : number >= 6 && number <= 9 ? 1 : 0

/** `20261130T080000Z` as `2026-11-30T08:00:00Z` */
const compact = (text: string): string =>
  text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u, '$1-$2-$3T$4:$5:$6Z')

function dateOf(
  component: Component,
  isEvent: boolean,
  {losses, context}: {losses: Loss[]; context: Calendar},
): CalendarDate | undefined {
  const at = (name: string): CalendarDate | undefined => {
    const property = component.getFirstProperty(name)
    return property ? calendarDate(property, context.zone, context.zones) : undefined
  }
  const [start, due] = [at('dtstart'), at('due')]
  if (isEvent && (component.hasProperty('dtend') || component.hasProperty('duration')))
    losses.push({what: 'its end', why: 'a task has one date'})
  const chosen = isEvent ? start : (due ?? start)
  if (!isEvent && start && due && start.due.at !== due.due.at)
    losses.push({what: 'its start', why: 'a task has one date'})
  if (chosen?.unknownZone !== undefined)
    losses.push({what: `the time zone ${chosen.unknownZone}`, why: `nobody knows it; ${context.zone.name} is taken`})
  return chosen
}

interface SeriesOptions {
  readonly losses: Loss[]
  readonly context: Calendar
  readonly isEvent: boolean
}

function seriesOf(
  component: Component,
  date: CalendarDate,
  {losses, context, isEvent}: SeriesOptions,
): {series: PortableSeries | null; due: CalendarDate['due']} | 'over' {
  const text = textOf(component, 'rrule')
  const anchor = textOf(component, 'x-todo5-anchor') === 'completion' ? 'completion' : 'due'
  const own = ownRule(component, date, {text, context})
  const place = {...context, zone: own ? UTC : date.zone}
  const found = placed(
    {rule: own?.pattern ?? text, due: date.due, anchor: own ? anchor : 'due', until: own?.until ?? null},
    place,
  )
  if ('refused' in found) {
    losses.push({what: `the rule ${text}`, why: found.refused})
    return {series: null, due: date.due}
  }
  const series: PortableSeries = {
    ...found.series,
    catchUp: textOf(component, 'x-todo5-catch-up') === 'each' ? 'each' : 'once',
  }
  const next = isEvent ? nextDate(series, found.due.at, context.now) : {at: found.due.at, pattern: series.pattern}
  if (!next) return 'over'
  for (const property of component.getAllProperties('exdate')) {
    for (const value of property.getValues()) {
      const day = String(value)
      if (day.slice(0, 10) > new Date(next.at).toISOString().slice(0, 10))
        losses.push({
          what: `the left out date ${day}`,
          why: 'a series cannot leave a date out beforehand: skip it when it comes',
        })
    }
  }
  return {series: {...series, pattern: next.pattern}, due: {...found.due, at: next.at}}
}

/** What todo5 wrote beside the rule, unless another program has changed that since. */
function ownRule(
  component: Component,
  {due}: CalendarDate,
  {text, context}: {text: string; context: Calendar},
): {pattern: string; until: number | null} | undefined {
  const pattern = textOf(component, 'x-todo5-rrule')
  if (pattern === '') return undefined
  const until = readDate(compact(textOf(component, 'x-todo5-until')), context)?.at ?? null
  try {
    return writtenRule({pattern, until}, due, context.zone) === formatRule(parseRule(text))
      ? {pattern, until}
      : undefined
  } catch (error) {
    if (error instanceof InvalidRecurrence) return undefined
    throw error
  }
}

/** The first date of a series from now on, with what is left of its COUNT. */
function nextDate(
  {pattern, anchor, catchUp}: PortableSeries,
  start: number,
  now: number,
): {at: number; pattern: string} | undefined {
  if (start >= now) return {at: start, pattern}
  const at = compileRecurrence({rule: pattern, start}).after(now - 1)
  if (at === null) return undefined
  const rule = {rule: pattern, startAt: start, endAt: null, anchor, catchUp, excludedAt: [], countLeft: null}
  return {at, pattern: goingOn(rule, at).pattern}
}
