import {InvalidRecurrence, describeRule, parseRule} from '../../domain/recurrence/index.ts'
import type {Parcel, ReminderNotice} from '../channels/channel.ts'
import {AUTOMATIC, htmlTemplates as html, textTemplates as text} from './templates.ts'
import {clockTime, distance, distanceInDays, duration, knownZone, longDate, shortDateTime} from './wording.ts'

/** A summary lists this many; a longer one says how many more there are. */
const MOST_LISTED = 100

export interface ComposedMail {
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly headers: Readonly<Record<string, string>>
}

/** What the templates show of one reminder; all texts, nothing escaped. */
interface Item {
  readonly id: number
  readonly title: string
  /** Tuesday 1 December 2026 at 10:00 (Europe/Berlin) */
  readonly due: string | null
  /** in 1 hour */
  readonly dueIn: string | null
  readonly recurrence: string | null
  /** 30 Nov, 22:10; null when it is on time. */
  readonly meantFor: string | null
  readonly lateBy: string | null
  readonly link: string
}

/** Subject, text and HTML of a reminder, a late reminder, or the summary of several that are late. */
export function composeMail(parcel: Parcel, publicUrl: string): ComposedMail {
  const zone = knownZone(parcel.recipient.timeZone)
  const items = parcel.notices.map((notice) => toItem(notice, parcel.now, zone, publicUrl))
  const headers = AUTOMATIC
  const wanted = parcel.notices.find(({insteadOf}) => insteadOf !== null)?.insteadOf
  const insteadOf = wanted && {channel: wanted, link: `${siteOf(publicUrl)}/settings/notifications`}
  if (items.length === 1) {
    const item = items[0]!
    const subject = `${item.lateBy === null ? 'Reminder' : 'Late reminder'}: ${oneLine(item.title)}`
    const it = {subject, item, insteadOf}
    return {subject, text: text.render('reminder.txt.eta', it), html: html.render('reminder.html.eta', it), headers}
  }
  const subject = `${items.length} reminders came due ${span(parcel.notices, zone)}`
  const more = Math.max(0, items.length - MOST_LISTED)
  const it = {subject, items: items.slice(0, MOST_LISTED), more, insteadOf}
  return {subject, text: text.render('summary.txt.eta', it), html: html.render('summary.html.eta', it), headers}
}

const siteOf = (publicUrl: string): string => publicUrl.replace(/\/+$/u, '')

function toItem(notice: ReminderNotice, now: Date, zone: string, publicUrl: string): Item {
  const {dueAt, dueHasTime, late} = notice
  return {
    id: notice.taskId,
    title: notice.title,
    due:
      dueAt && (dueHasTime ? `${longDate(dueAt, zone)} at ${clockTime(dueAt, zone)} (${zone})` : longDate(dueAt, zone)),
    dueIn: dueAt && (dueHasTime ? distance(dueAt, now) : distanceInDays(dueAt, now, zone)),
    recurrence: notice.recurrence && sentence(notice.recurrence),
    meantFor: late ? shortDateTime(notice.reminderAt, zone) : null,
    lateBy: late ? duration(notice.lateSeconds) : null,
    link: `${siteOf(publicUrl)}/tasks/${notice.taskId}`,
  }
}

/** Rules are validated before they are stored; one that cannot be read all the same is shown as it is. */
function sentence({rule, start}: {rule: string; start: Date}): string {
  try {
    return describeRule(parseRule(rule), start.getTime())
  } catch (error) {
    if (error instanceof InvalidRecurrence) return rule
    throw error
  }
}

/** "between 22:10 and 08:02", with days when it is longer than one; "at 22:10" when all came at once. */
function span(notices: readonly ReminderNotice[], zone: string): string {
  const times = notices.map((notice) => notice.reminderAt.getTime())
  const first = new Date(Math.min(...times))
  const last = new Date(Math.max(...times))
  const show = last.getTime() - first.getTime() < 24 * 3600_000 ? clockTime : shortDateTime
  const [from, to] = [show(first, zone), show(last, zone)]
  return from === to ? `at ${from}` : `between ${from} and ${to}`
}

/** Titles have one line; a header must not depend on that. */
const oneLine = (title: string): string => title.replace(/\s+/gu, ' ').trim()
