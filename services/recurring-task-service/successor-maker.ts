import type {Transaction} from '../database/database.ts'
import {ensureSuccessor} from '../database/ensure-successor.ts'
import type {Measure} from '../domain/tasks/next-occurrence.ts'
import type {Logger} from '../runtime/logger.ts'
import type {Metrics} from '../runtime/metrics.ts'
import {currentTraceparent} from '../runtime/tracing.ts'

/** Makes the successors of closed occurrences and answers with how many there were to make. */
export type SuccessorMaker = (
  tx: Transaction,
  tasks: readonly {id: number; userId: string}[],
  by: 'event' | 'sweep',
) => Promise<number>

/** ensureSuccessor with the metrics and the log of this service. */
export function createSuccessorMaker(logger: Logger, metrics: Metrics): SuccessorMaker {
  const created = metrics.counter(
    'recurring_tasks_created_total',
    'Occurrences made from a completed or skipped one.',
    ['by'],
  )
  const failed = metrics.counter(
    'next_occurrence_failures_total',
    'Series whose next occurrence could not be computed.',
  )
  const duration = metrics.histogram(
    'next_occurrence_calculation_duration_seconds',
    'One call of the recurrence engine.',
    [1e-7, 2.5e-7, 5e-7, 1e-6, 2.5e-6, 5e-6, 1e-5, 1e-4, 1e-3],
  )
  const measure: Measure = (call) => {
    const started = process.hrtime.bigint()
    const result = call()
    duration.observe(Number(process.hrtime.bigint() - started) / 1e9)
    return result
  }
  return async (tx, tasks, by) => {
    const made = await ensureSuccessor(tx, tasks, {
      measure,
      traceparent: currentTraceparent(),
      onCalculationError: (error, {userId, taskId, seriesId, rule}) => {
        failed.inc()
        const where = {user_id: userId, task_id: taskId, series_id: seriesId, rule}
        logger.error({error, ...where}, 'the next occurrence could not be computed')
      },
    })
    created.inc({by}, made.length)
    return made.length
  }
}
