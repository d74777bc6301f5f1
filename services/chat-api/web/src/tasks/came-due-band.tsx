import './came-due-band.css'
import {useMemo, useState} from 'react'
import {Link} from '../shell/link.tsx'
import {dueDate, startOfDay} from '../time/day-words.ts'
import {Button} from '../ui/button.tsx'
import {cameDueSince} from './came-due.ts'
import type {ListQuery} from './task-order.ts'
import {useNow} from './use-now.ts'
import {useTaskList} from './use-task-list.ts'

/** On this device: until when reminders were seen, ms. */
const NAME = 'todo5-seen-until'
/** Reminders are mostly for the days that come next. */
const DAYS_AHEAD = 8
const MOST_SHOWN = 5

function seenUntil(): number {
  const kept = Number(localStorage.getItem(NAME) ?? Number.NaN)
  if (Number.isFinite(kept)) return kept
  return see()
}

function see(): number {
  const now = Date.now()
  localStorage.setItem(NAME, String(now))
  return now
}

/** Reminders that came since somebody last said that they were seen: also those that came while nothing ran. */
export function CameDueBand({zone}: {readonly zone: string}) {
  const now = useNow()
  const [seen, setSeen] = useState(seenUntil)
  const until = new Date(startOfDay(now, zone, DAYS_AHEAD)).toISOString()
  const {tasks} = useTaskList(useMemo<ListQuery>(() => ({view: 'open', due_until: until}), [until]))
  const came = useMemo(() => cameDueSince(tasks, seen, now), [tasks, seen, now])
  if (came.length === 0) return null
  return (
    <section className="came-due" aria-labelledby="came-due-title">
      <h2 id="came-due-title">{came.length === 1 ? 'A reminder came' : `${came.length} reminders came`}</h2>
      <ul>
        {came.slice(0, MOST_SHOWN).map(({task, at}) => (
          <li key={task.id}>
            <time dateTime={new Date(at).toISOString()}>{dueDate({at, hasTime: true}, zone, now)}</time>
            <Link href={`/tasks/${task.id}`} dir="auto">
              {task.title}
            </Link>
          </li>
        ))}
      </ul>
      {came.length > MOST_SHOWN && <p>and {came.length - MOST_SHOWN} more</p>}
      <Button onPress={() => setSeen(see())}>Seen</Button>
    </section>
  )
}
