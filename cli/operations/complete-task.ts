import type {TaskResponse} from '../../services/contracts/tasks.ts'
import type {TaskWrite} from '../client/task-writes.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'

export type Complete = Extract<TaskWrite, {op: 'complete'}>

export const completionOf = (id: number, forever: boolean): Complete => ({
  op: 'complete',
  id,
  ...(forever ? {end_series: true} : {}),
})

/** `forever` ends the series with it; that of a task without one would be a word that does nothing. */
export function planCompletion({id, title, series_id: series}: TaskResponse, forever: boolean): Complete {
  if (!forever || series !== null) return completionOf(id, forever)
  throw new CliError(`${id} ${title} does not repeat, so it is done once for all anyway.`, {
    code: 'not_recurring',
    exit: EXIT.refused,
    hints: [`todo5 task done ${id}`],
  })
}
