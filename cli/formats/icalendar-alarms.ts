import ICAL from 'ical.js'
import type {ReminderInput} from '../../services/contracts/tasks.ts'
import type {CalendarDate} from './icalendar-time.ts'
import {calendarDate} from './icalendar-time.ts'
import type {Loss} from './portable-task.ts'

type Component = InstanceType<typeof ICAL.Component>

const MOST_OFFSET_SECONDS = 366 * 24 * 3600
const MOST_REMINDERS = 10

/** Alarms as reminders before the due date; a task without any has none. */
export function readAlarms(component: Component, date: CalendarDate, losses: Loss[]): ReminderInput[] {
  const offsets = new Set<number>()
  for (const alarm of component.getAllSubcomponents('valarm')) {
    const trigger = alarm.getFirstProperty('trigger')
    if (!trigger) continue
    const value = trigger.getFirstValue()
    const before =
      value instanceof ICAL.Duration
        ? -value.toSeconds()
        : (date.due.at - calendarDate(trigger, date.zone, new Map()).due.at) / 1000
    if (alarm.hasProperty('repeat')) losses.push({what: 'that an alarm repeats', why: 'todo5 has its own: --nag'})
    if (before < 0) losses.push({what: 'an alarm after the date', why: 'a reminder comes before it, or at it'})
    else if (before > MOST_OFFSET_SECONDS)
      losses.push({what: 'an alarm more than a year before', why: 'a reminder comes within a year'})
    else offsets.add(before)
  }
  if (offsets.size > MOST_REMINDERS)
    losses.push({what: `${offsets.size - MOST_REMINDERS} alarms`, why: `a task has at most ${MOST_REMINDERS}`})
  return [...offsets]
    .toSorted((a, b) => b - a)
    .slice(0, MOST_REMINDERS)
    .map((offset_seconds) => ({offset_seconds}))
}
