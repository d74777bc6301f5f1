import type {Scope} from '../../services/contracts/scope.ts'
import type {TaskResponse} from '../../services/contracts/tasks.ts'
import type {TaskWrite} from '../client/task-writes.ts'
import {CliError, usageError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {Ask} from '../question.ts'

const isOpen = (task: TaskResponse): boolean => task.completed_at === null && task.skipped_at === null

/** An open one that repeats has to be said how far; what is closed goes alone unless more is said. */
export const needsScope = (task: TaskResponse): boolean => task.series_id !== null && isOpen(task)

export type Deletion = Extract<TaskWrite, {op: 'delete'}>

export const planDeletion = ({id, series_id}: TaskResponse, scope: Scope | undefined): Deletion => ({
  op: 'delete',
  id,
  ...(series_id === null || scope === undefined ? {} : {scope}),
})

/** How far a deletion shall go; asked where a person can answer, nothing is guessed. */
export async function deletionScope(task: TaskResponse, ask: Ask | undefined): Promise<Scope> {
  const {id, title} = task
  if (!ask) {
    throw usageError(
      `${id} ${title} repeats: say what to delete.`,
      'scope_required',
      `todo5 task delete ${id} --scope this        skips it, the next follows`,
      `todo5 task delete ${id} --scope following   ends the series`,
      `todo5 task delete ${id} --scope all         also takes what is done`,
    )
  }
  const answer = await ask(
    [
      `${id}  ${title} repeats. What shall be deleted?`,
      '  1  this one: it is skipped, the next follows',
      '  2  this and the following: the series ends, what is done stays',
      '  3  the whole series, also what is done',
    ],
    'Number (nothing: keep it): ',
  )
  const scope = SCOPE_OF_ANSWER.get(answer?.toLowerCase() ?? '')
  if (scope === undefined) throw new CliError('Nothing was deleted.', {code: 'not_confirmed', exit: EXIT.refused})
  return scope
}

const SCOPE_OF_ANSWER: ReadonlyMap<string, Scope> = new Map([
  ['1', 'this'],
  ['this', 'this'],
  ['2', 'following'],
  ['following', 'following'],
  ['3', 'all'],
  ['all', 'all'],
])
