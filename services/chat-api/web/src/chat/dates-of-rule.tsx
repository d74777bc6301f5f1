import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {useNow} from '../tasks/use-now.ts'
import {dueDate} from '../time/day-words.ts'
import {comingDates} from '../time/rule-words.ts'
import type {Preview} from './message-blocks.ts'

/** The dates of a rule that was only asked for. */
export function DatesOfRule({preview}: {readonly preview: Preview}) {
  const {words, time_zone: zone, has_time: hasTime, occurrences, more, notes} = preview
  return (
    <div className="rule-dates">
      <p className="rule-dates-head">
        {words.charAt(0).toUpperCase()}
        {words.slice(1)}
      </p>
      <Dates at={occurrences.map((text) => Date.parse(text))} {...{zone, hasTime, more}} />
      {notes.map((note) => (
        <p key={note} className="said-note">
          {note}
        </p>
      ))}
    </div>
  )
}

const AHEAD_MS = 20 * 366 * 86_400_000
const MOST_DATES = 3

/** What follows a task that repeats, by which one sees whether the rule was understood. */
export function DatesAfter({task, zone}: {readonly task: TaskResponse; readonly zone: string}) {
  const from = Date.parse(task.occurrence_at ?? task.due_at ?? '')
  if (Number.isNaN(from)) return null
  const dates = comingDates(task, from + AHEAD_MS, MOST_DATES)
  if (dates.length === 0) return null
  return (
    <div className="rule-dates">
      <p className="rule-dates-head">Then</p>
      <Dates at={dates} zone={zone} hasTime={task.due_has_time} more={dates.length === MOST_DATES} />
    </div>
  )
}

interface DatesProps {
  readonly at: readonly number[]
  readonly zone: string
  readonly hasTime: boolean
  readonly more: boolean
}

function Dates({at, zone, hasTime, more}: DatesProps) {
  const now = useNow()
  return (
    <ol className="rule-dates-list figures">
      {at.map((one) => (
        <li key={one}>
          <time dateTime={new Date(one).toISOString()}>{dueDate({at: one, hasTime}, zone, now)}</time>
        </li>
      ))}
      {more && <li className="said-note">and so on</li>}
    </ol>
  )
}
