import type {ReminderDetails} from '../../services/contracts/reminders.ts'
import {formatDuration} from '../../services/domain/dates/duration.ts'
import {harmlessLine} from '../harmless-text.ts'
import type {Output} from '../output.ts'
import type {Column} from '../table.ts'
import {plainDue, shortDue} from '../time/show-time.ts'
import {instantOfLog} from './audit-lines.ts'
import type {TimeView} from './task-lines.ts'

type Delivery = ReminderDetails['deliveries'][number]

/** Those of the time that the reminder has now, or else of its last one. */
function latest({deliveries, revision}: ReminderDetails): readonly Delivery[] {
  const now = deliveries.filter((delivery) => delivery.revision === revision)
  const last = deliveries.at(-1)?.revision
  return now.length > 0 ? now : deliveries.filter((delivery) => delivery.revision === last)
}

const byWhat = (reminder: ReminderDetails): string => {
  const named = reminder.channels ?? [...new Set(latest(reminder).map(({channel}) => channel))]
  return named.join(', ')
}

/** What the other side said of the try that went wrong last; empty when none did. */
function troubleOf(reminder: ReminderDetails): string {
  const wrong = latest(reminder).filter(({state, attempts}) => state !== 'sent' && attempts.length > 0)
  return wrong
    .map(({channel, attempts}) => {
      const {answer, outcome} = attempts.at(-1)!
      return outcome === 'cancelled' ? '' : `${channel}, try ${attempts.length}: ${harmlessLine(answer)}`
    })
    .filter((text) => text !== '')
    .join('; ')
}

/** Sent, though not by all of its channels. */
const someFailed = (reminder: ReminderDetails): boolean =>
  reminder.state === 'sent' && latest(reminder).some(({state}) => state === 'failed')

const stateText = (reminder: ReminderDetails): string => (someFailed(reminder) ? 'sent in part' : reminder.state)

export function printReminders(out: Output, reminders: readonly ReminderDetails[], view: TimeView): void {
  const {bad, good, dim, warn} = out.style
  const at = ({reminder_at: text}: ReminderDetails) => ({at: Date.parse(text), hasTime: true})
  const columns: Column<ReminderDetails>[] = [
    {title: 'ID', text: ({id}) => String(id), align: 'right', paint: dim},
    {
      title: 'WHEN',
      text: (row) =>
        out.isTTY && row.state === 'scheduled' ? shortDue(at(row), view.now, view.zone) : plainDue(at(row), view.zone),
    },
    {
      title: 'STATE',
      text: stateText,
      paint: (cell, row) =>
        row.state === 'failed' ? bad(cell) : someFailed(row) ? warn(cell) : row.state === 'sent' ? good(cell) : cell,
    },
    {title: 'TASK', text: ({task_id: id, title}) => `${id} ${harmlessLine(title)}`, atLeast: 14},
    {title: 'BY', text: byWhat},
    {title: 'ANSWER', text: troubleOf, atLeast: 14},
  ]
  const shown = columns.filter(
    ({title, text}) => !['BY', 'ANSWER'].includes(title) || reminders.some((row) => text(row) !== ''),
  )
  out.table(shown, reminders)
}

/** One reminder with each try to send it. */
export function printReminder(out: Output, reminder: ReminderDetails, view: TimeView): void {
  const at = (text: string): string => plainDue({at: Date.parse(text), hasTime: true}, view.zone)
  const {offset_seconds: offset, nag_every_seconds: nag, due_at: due} = reminder
  out.data(`${reminder.id}  ${stateText(reminder)}  ${harmlessLine(reminder.title)}  (task ${reminder.task_id})`)
  out.data(
    `when     ${at(reminder.reminder_at)}${offset === null ? ', snoozed' : `, ${formatDuration(offset)} before`}`,
  )
  if (due !== null) out.data(`due      ${plainDue({at: Date.parse(due), hasTime: reminder.due_has_time}, view.zone)}`)
  out.data(`by       ${byWhat(reminder) || 'the channels of your account'}`)
  if (nag !== null) out.data(`repeats  every ${formatDuration(nag)} until it is done`)
  for (const {channel, state, attempts, next_attempt_at: next} of reminder.deliveries) {
    out.data('', `${channel}: ${state}${next === null ? '' : `, next try ${at(next)}`}`)
    for (const attempt of attempts) {
      const when = instantOfLog(Date.parse(attempt.at), out, view)
      const what = attempt.code === null ? attempt.outcome : `${attempt.outcome} (${attempt.code})`
      out.data(`  ${when}  ${what}  ${harmlessLine(attempt.answer)}`)
    }
  }
}
