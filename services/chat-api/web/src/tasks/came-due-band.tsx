import './came-due-band.css'
import {Suspense, lazy, useMemo, useState} from 'react'
import {Link} from '../shell/link.tsx'
import {dueDate, startOfDay} from '../time/day-words.ts'
import {Button} from '../ui/button.tsx'
import {cameDueSince} from './came-due.ts'
import type {ListQuery} from './task-order.ts'
import {useNow} from './use-now.ts'
import {useTaskList} from './use-task-list.ts'

const PushQuestion = lazy(async () => import('../push/push-question.tsx'))

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
  const [openedAt] = useState(now)
  const [isReminded, setReminded] = useState(false)
  const until = new Date(startOfDay(now, zone, DAYS_AHEAD)).toISOString()
  const {tasks} = useTaskList(useMemo<ListQuery>(() => ({view: 'open', due_until: until}), [until]))
  // What was sent has come: `now` goes on from minute to minute, and a live event tells of it at once.
  const came = useMemo(() => cameDueSince(tasks, seen, Infinity), [tasks, seen])
  // Never at once with the page: somebody was reminded while it stood there, or said so.
  if (!isReminded && came.some(({at}) => at > openedAt)) setReminded(true)
  const question = isReminded && (
    <Suspense fallback={null}>
      <PushQuestion />
    </Suspense>
  )
  if (came.length === 0) return question || null
  const markSeen = (): void => {
    setSeen(see())
    setReminded(true)
  }
  return (
    <>
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
        <Button onPress={markSeen}>Seen</Button>
      </section>
      {question}
    </>
  )
}
