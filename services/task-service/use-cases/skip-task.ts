import {MAX_SKIPPED} from '../../contracts/skip-task.ts'
import {type Series, SeriesEntity} from '../../database/entities/series.ts'
import {type Task, TaskEntity} from '../../database/entities/task.ts'
import {ensureSuccessor} from '../../database/ensure-successor.ts'
import {seriesRule} from '../../database/series-rule.ts'
import {databaseNow} from '../../database/statements/database-now.ts'
import {DomainError, invalidRequest} from '../../domain/errors.ts'
import {nextOccurrence} from '../../domain/tasks/next-occurrence.ts'
import {currentTraceparent} from '../../runtime/tracing.ts'
import type {Change} from '../change.ts'
import {refuseOtherVersion} from '../if-match.ts'
import {findOpenOccurrence, lockReach} from '../series-reach.ts'
import {skipOccurrence} from '../skip-occurrence.ts'

export interface SkipOptions {
  readonly until?: Date | undefined
  readonly ifMatch: number | null
  /** How many may be skipped, where the same request has skipped others; at most MAX_SKIPPED. */
  readonly atMost?: number
}

export interface Skipped {
  /** Oldest first. */
  readonly skipped: readonly Task[]
  /** What is open now, when it is there already. */
  readonly next: Task | null
  /** Whether one follows that is not there yet. */
  readonly follows: boolean
}

/**
 * Skips an open occurrence; with `until` the open one of its series and those that follow up to then, each as a row of its
 * own, and leaves the next one open.
 */
export async function skipTask(change: Change, id: number, options: SkipOptions): Promise<Skipped> {
  const {until, ifMatch, atMost = MAX_SKIPPED} = options
  if (until) return skipUntil(change, id, {until, ifMatch, atMost})
  const {task, series} = await change.lock(id)
  if (task.skipped_at) return {skipped: [task], next: null, follows: task.next_occurrence != null}
  await refuseOtherVersion(change.tx, task, ifMatch)
  if (!series) throw notRecurring(id)
  if (task.completed_at) {
    throw new DomainError('conflict', 'task_closed', `Task ${id} is done.`, {
      hint: 'Reopen it first, or skip the next occurrence.',
    })
  }
  await skipOccurrence(change, task, series, await databaseNow(change.tx))
  return {skipped: [task], next: null, follows: task.next_occurrence != null}
}

async function skipUntil(
  change: Change,
  id: number,
  {until, ifMatch, atMost}: {until: Date; ifMatch: number | null; atMost: number},
): Promise<Skipped> {
  const reach = await lockReach(change, id)
  await refuseOtherVersion(change.tx, reach.task, ifMatch)
  const {tip} = reach
  if (!tip) throw notRecurring(id)
  const first = await findOpenOccurrence(change, reach)
  const now = await databaseNow(change.tx)
  if (first) refuseTooMany(change, first, tip, {until, now, atMost})
  const skipped: Task[] = []
  let open = first
  while (open && dueOf(open) <= until.getTime()) {
    if (skipped.length === atMost) throw tooMany(atMost)
    await skipOccurrence(change, open, tip, now)
    skipped.push(open)
    open = await makeNext(change, open, tip)
  }
  if (skipped.length === 0) {
    throw new DomainError('conflict', 'nothing_to_skip', `No occurrence of task ${id} is due by then.`, {
      hint: first ? `The next one is due at ${new Date(dueOf(first)).toISOString()}.` : 'The series has ended.',
    })
  }
  return {skipped, next: open, follows: false}
}

/** Before hundreds of rows are made in vain. Where each date depends on the one before being made, it shows on the way. */
function refuseTooMany(
  change: Change,
  first: Task,
  series: Series,
  {until, now, atMost}: {until: Date; now: Date; atMost: number},
): void {
  if (series.anchor === 'completion') return
  const rule = seriesRule(series)
  let at = first.occurrence_at!.getTime()
  try {
    for (let count = dueOf(first) <= until.getTime() ? 1 : 0; count <= atMost; count++) {
      const next = nextOccurrence(rule, at, now.getTime())
      if (next === null || next > until.getTime()) return
      at = next
    }
  } catch (error) {
    change.calculationFailed(error, {userId: first.user_id, taskId: first.id, seriesId: series.id, rule: series.rule})
    return
  }
  throw tooMany(atMost)
}

/** What follows an occurrence that was just skipped, locked; null when nothing does. */
async function makeNext(change: Change, task: Task, series: Series): Promise<Task | null> {
  const {tx} = change
  await change.writeAndLetGo(task)
  const [made] = await ensureSuccessor(tx, [{id: task.id, userId: task.user_id}], {
    traceparent: currentTraceparent(),
    onCalculationError: change.calculationFailed,
  })
  if (!made) return null
  const [next] = await Promise.all([
    tx.findOneOrFail(TaskEntity, {id: made.taskId}),
    // Making an occurrence counts down.
    tx.findOneOrFail(SeriesEntity, {id: series.id}, {refresh: true}),
  ])
  change.rememberTask(next)
  change.madeTask(next)
  return next
}

const dueOf = (task: Task): number => (task.due_at ?? task.occurrence_at!).getTime()

const notRecurring = (id: number): DomainError =>
  new DomainError('conflict', 'not_recurring', `Task ${id} does not repeat: there is nothing to skip.`, {
    hint: 'Delete it, or give it another due date.',
  })

const tooMany = (atMost: number): DomainError =>
  invalidRequest([
    {
      field: 'until',
      code: 'too_many_to_skip',
      ...(atMost < MAX_SKIPPED
        ? {
            message: `with what was skipped before makes more than ${MAX_SKIPPED} occurrences in one request.`,
            hint: 'Skip this one in a request of its own.',
          }
        : {
            message: `More than ${MAX_SKIPPED} occurrences are due by then.`,
            hint: 'Give an earlier date, or end the series and begin it again later.',
          }),
    },
  ])
