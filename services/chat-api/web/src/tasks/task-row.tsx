import './task-row.css'
import {Bell, Repeat} from 'lucide-react'
import {memo} from 'react'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {Link} from '../shell/link.tsx'
import {clockTime, dueDate, dueWords, shortDay} from '../time/day-words.ts'
import {ruleWords} from '../time/rule-words.ts'
import {Button} from '../ui/button.tsx'
import {BeatLine} from './beat-line.tsx'
import type {HeldRow, RowProblem} from './held-rows.ts'
import {RowActions} from './row-actions.tsx'
import {closeTask} from './task-actions.ts'
import {dueOf, isOpen} from './task-order.ts'

export interface TaskRowProps {
  readonly task: TaskResponse
  readonly held: HeldRow | undefined
  readonly zone: string
  /** ms; rows are drawn anew each minute. */
  readonly now: number
  /** A change of it waits for a connection. */
  readonly isWaiting: boolean
  /** The head above names the day on which it is due. */
  readonly isDaySaid: boolean
}

const PRIORITIES = ['', 'Low', 'Medium', 'High']

export const TaskRow = memo(function TaskRow(props: TaskRowProps) {
  const {task, held, zone} = props
  const isClosed = held?.phase === 'closing' || !isOpen(task)
  const id = `task-${task.id}`
  return (
    <div className={`row ${held ? `row-${held.phase}` : ''}`} data-task={task.id}>
      <label className="row-check">
        <input
          type="checkbox"
          checked={isClosed}
          disabled={!isOpen(task)}
          aria-labelledby={id}
          data-row-check=""
          onChange={() => {
            if (!isClosed) void closeTask(task, 'complete')
          }}
        />
      </label>
      <div className="row-body">
        <Link href={`/tasks/${task.id}`} className="row-title" id={id} dir="auto">
          {task.priority > 0 && (
            <span className={`row-priority row-priority-${task.priority}`}>{PRIORITIES[task.priority]}</span>
          )}
          {task.title}
        </Link>
        <Meta {...props} />
        {held?.problem && <Problem problem={held.problem} />}
      </div>
      {task.series_id !== null && <BeatLine task={task} zone={zone} />}
      {isOpen(task) && !isClosed && <RowActions task={task} />}
    </div>
  )
})

function Meta(props: TaskRowProps) {
  const {task, zone, now, isWaiting} = props
  const rule = ruleWords(task, zone).replace(/ at [\d:]+$/u, '')
  return (
    <p className="row-meta">
      <DueText {...props} />
      {rule !== '' && (
        <span className="row-fact">
          <Repeat className="row-icon" aria-label="repeats" role="img" />
          {rule}
        </span>
      )}
      {task.reminder_at !== null && isOpen(task) && (
        <span className="row-fact">
          <Bell className="row-icon" aria-label="reminder" role="img" />
          <time dateTime={task.reminder_at}>{reminderTime(task, zone, now)}</time>
        </span>
      )}
      {task.tags.map((tag) => (
        <Link key={tag} className="row-tag" href={`/all?tag=${encodeURIComponent(tag)}`}>
          #{tag}
        </Link>
      ))}
      {isWaiting && <span className="row-waiting">not sent yet</span>}
    </p>
  )
}

function DueText({task, held, zone, now, isDaySaid}: TaskRowProps) {
  const at = dueOf(task)
  if (held?.phase === 'closing') return <span className="row-due">{held.verb}</span>
  if (task.completed_at !== null)
    return <span className="row-due">done {shortDay(Date.parse(task.completed_at), zone, now)}</span>
  if (task.skipped_at !== null) return <span className="row-due">skipped</span>
  if (at === null) return null
  const due = {at, hasTime: task.due_has_time}
  const words = dueWords(due, zone, now)
  const isNext = held?.phase === 'next'
  const dayless = task.due_has_time ? clockTime(at, zone) : 'any time'
  const text = isNext ? `Next: ${dueDate(due, zone, now)}` : isDaySaid && !words.isLate ? dayless : words.text
  return (
    <time className={words.isLate ? 'row-due row-late' : 'row-due'} dateTime={task.due_at!}>
      {text}
    </time>
  )
}

function reminderTime({reminder_at: reminderAt, due_at: dueAt}: TaskResponse, zone: string, now: number): string {
  const at = Date.parse(reminderAt!)
  const isOnThatDay = dueAt !== null && shortDay(at, zone, now) === shortDay(Date.parse(dueAt), zone, now)
  return isOnThatDay ? clockTime(at, zone) : dueDate({at, hasTime: true}, zone, now)
}

function Problem({problem: {text, choices}}: {readonly problem: RowProblem}) {
  return (
    <div className="row-problem">
      <p>{text}</p>
      {choices.map(({label, run}) => (
        <Button key={label} onPress={run}>
          {label}
        </Button>
      ))}
    </div>
  )
}
