import './task-card.css'
import {useQuery} from '@tanstack/react-query'
import {Bell, Repeat} from 'lucide-react'
import {useSyncExternalStore} from 'react'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {ApiError} from '../api/api-error.ts'
import {read} from '../api/client.ts'
import {queryClient} from '../api/query-client.ts'
import {keys} from '../api/query-keys.ts'
import {Link} from '../shell/link.tsx'
import {type HeldRow, useHeldRows} from '../tasks/held-rows.ts'
import {SNOOZES} from '../tasks/row-actions.tsx'
import {closeTask, snoozeTask, undoOf} from '../tasks/task-actions.ts'
import {isGone} from '../tasks/task-cache.ts'
import {dueOf, isOpen} from '../tasks/task-order.ts'
import {useNow} from '../tasks/use-now.ts'
import {useWaitingTasks} from '../tasks/use-task-list.ts'
import {dueDate, dueWords} from '../time/day-words.ts'
import {ruleWords} from '../time/rule-words.ts'
import {Button} from '../ui/button.tsx'
import {Menu} from '../ui/menu.tsx'
import {DatesAfter} from './dates-of-rule.tsx'
import type {Card} from './card.ts'
import type {SaidTask} from './said-tasks.ts'

export interface TaskCardProps {
  readonly card: Card
  readonly said: SaidTask
  readonly zone: string
  /** One of many: on two lines. */
  readonly isShort: boolean
}

/** A task of an answer, as it is now, with what can be done to it: the same that its row in a list does. */
export function TaskCard({card: {verb, place, task: then}, said, zone, isShort}: TaskCardProps) {
  const {task, isThere} = useTaskNow(then, said)
  const held = useHeldRows().get(task.id)
  const isClosed = held?.phase === 'closing' || !isOpen(task)
  const isUnderstood = verb === 'Added' || verb === 'Changed'
  return (
    <li className={isClosed || !isThere ? 'card card-closed' : 'card'} data-card={task.id}>
      {place !== undefined && <span className="card-place figures">{place}</span>}
      <div className="card-body">
        {verb !== '' && <p className="card-verb">{verb}</p>}
        {isThere ? (
          <Link href={`/tasks/${task.id}`} className="card-title" dir="auto">
            {task.title}
          </Link>
        ) : (
          <p className="card-title" dir="auto">
            {task.title}
          </p>
        )}
        <Facts {...{task, held, zone, isThere}} />
        {isUnderstood && isThere && !isClosed && <DatesAfter task={task} zone={zone} />}
        {held?.problem && <Problem held={held} />}
      </div>
      {said.isRecent && <Actions {...{task, verb, isShort, isClosed, isThere}} />}
    </li>
  )
}

interface TaskNow {
  readonly task: TaskResponse
  readonly isThere: boolean
}

/** Live events tell of it as of any task; what was said a while ago is read again. */
function useTaskNow(then: TaskResponse, {task: said, at, isRecent}: SaidTask): TaskNow {
  const forgotten = useSyncExternalStore(
    (changed) => queryClient.getQueryCache().subscribe(changed),
    () => isGone(said.id),
  )
  const isDeleted = said.deleted_at !== null
  const {data, error} = useQuery({
    queryKey: keys.task(said.id),
    queryFn: async ({signal}) => read<TaskResponse>(`/tasks/${said.id}`, {signal}),
    initialData: isDeleted ? undefined : said,
    initialDataUpdatedAt: at,
    enabled: isRecent && !forgotten && !isDeleted,
  })
  if (!isRecent) return {task: then, isThere: true}
  const isMissing = forgotten || (error instanceof ApiError && error.status === 404)
  const isNewer = data !== undefined && data.version >= said.version
  return {task: isNewer ? data : said, isThere: !isMissing && (isNewer || !isDeleted)}
}

interface FactsProps extends TaskNow {
  readonly held: HeldRow | undefined
  readonly zone: string
}

function Facts({task, held, zone, isThere}: FactsProps) {
  const now = useNow()
  const isWaiting = useWaitingTasks().has(task.id)
  const at = dueOf(task)
  const due = at === null ? null : {at, hasTime: task.due_has_time}
  const isLate = due !== null && dueWords(due, zone, now).isLate
  const rule = ruleWords(task, zone).replace(/ at [\d:]+$/u, '')
  const state = stateOf(task, held, isThere)
  return (
    <p className="card-facts figures">
      {state !== null && <span className="card-state">{state}</span>}
      {state === null && due && (
        <time dateTime={task.due_at!} className={isLate ? 'card-due card-late' : 'card-due'}>
          {isLate ? `${dueDate(due, zone, now)}, ${dueWords(due, zone, now).text}` : dueDate(due, zone, now)}
        </time>
      )}
      {state === null && !due && <span className="card-due">no date</span>}
      {rule !== '' && (
        <span>
          <Repeat className="card-icon" aria-label="repeats" role="img" /> {rule}
        </span>
      )}
      {task.reminder_at !== null && state === null && (
        <span>
          <Bell className="card-icon" aria-label="reminder" role="img" />{' '}
          <time dateTime={task.reminder_at}>
            {dueDate({at: Date.parse(task.reminder_at), hasTime: true}, zone, now)}
          </time>
        </span>
      )}
      {task.priority > 0 && <span>{['', 'low', 'medium', 'high'][task.priority]} priority</span>}
      {task.tags.map((tag) => (
        <bdi key={tag}>#{tag}</bdi>
      ))}
      {isWaiting && <span className="card-late">not sent yet</span>}
    </p>
  )
}

function stateOf(task: TaskResponse, held: HeldRow | undefined, isThere: boolean): string | null {
  if (held?.phase === 'closing') return held.verb
  if (!isThere) return task.deleted_at === null ? 'not there any more' : 'deleted'
  if (task.completed_at !== null) return 'done'
  return task.skipped_at === null ? null : 'skipped'
}

function Problem({held: {problem}}: {readonly held: HeldRow}) {
  return (
    <div className="card-problem">
      <p>{problem!.text}</p>
      {problem!.choices.map(({label, run}) => (
        <Button key={label} onPress={run}>
          {label}
        </Button>
      ))}
    </div>
  )
}

interface ActionsProps extends TaskNow {
  readonly verb: string
  readonly isShort: boolean
  readonly isClosed: boolean
}

/** Each names its task for who hears it: a list has many of them. */
function Actions({task, verb, isShort, isClosed, isThere}: ActionsProps) {
  const undo = (
    <Button look="quiet" aria-label={`Undo: ${task.title}`} onPress={() => void undoOf(task)}>
      Undo
    </Button>
  )
  if (!isThere) return verb === 'Deleted' ? <div className="card-actions">{undo}</div> : null
  if (isClosed) return <div className="card-actions">{undo}</div>
  const isChange = verb !== '' && verb !== 'Next'
  return (
    <div className={isShort ? 'card-actions card-actions-short' : 'card-actions'}>
      <Button aria-label={`Done: ${task.title}`} onPress={() => void closeTask(task, 'complete')}>
        Done
      </Button>
      {task.series_id !== null && (
        <Button aria-label={`Skip: ${task.title}`} onPress={() => void closeTask(task, 'skip')}>
          Skip
        </Button>
      )}
      <Menu
        label={`Remind of ${task.title} in`}
        actions={SNOOZES.map(({seconds, words}) => ({
          id: String(seconds),
          label: `In ${words}`,
          run: () => void snoozeTask(task, seconds, words),
        }))}
      >
        <Button aria-label={`Snooze: ${task.title}`}>Snooze</Button>
      </Menu>
      {isChange && undo}
    </div>
  )
}
