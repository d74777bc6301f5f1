import {z} from 'zod'
import type {Scope} from '../../contracts/scope.ts'
import {type TaskResponse, taskResponse} from '../../contracts/tasks.ts'
import {scope, taskId} from './inputs.ts'
import {lines, quoted, taskWords} from './task-words.ts'
import {WRITES, defineTool} from './tool.ts'
import {ToolQuestion} from './tool-question.ts'

/** The code of the question, for whoever can ask a person by other means than a model. */
export const CONFIRMATION = 'confirmation_required'

const isOpen = (task: TaskResponse): boolean => task.completed_at === null && task.skipped_at === null

export const deleteTask = defineTool({
  name: 'delete_task',
  title: 'Delete a task',
  description:
    'Deletes a task. Only when the user asked for that and has confirmed it: first call without `confirm`, pass the question on, then call with `confirm: true`. Of one that repeats `scope` says how much goes. `undo` brings it back for 24 hours. A task that is done is completed, not deleted.',
  scope: 'tasks:write',
  annotations: {...WRITES, destructiveHint: true},
  input: z.strictObject({
    id: taskId,
    scope,
    confirm: z.boolean().optional().describe('True only after the user has said yes to deleting this task.'),
  }),
  output: z.object({task: taskResponse}),
  async run({id, scope: wanted, confirm}, caller) {
    const task = await caller.read(`/v1/tasks/${id}`, taskResponse)
    if (task.series_id !== null && isOpen(task) && wanted === undefined) throw askForScope(task)
    const reach = task.series_id === null ? undefined : wanted
    if (confirm !== true) throw askForConfirmation(`${WHAT(reach)} ${taskWords(task, caller)}`)
    const query = reach === undefined ? '' : `?scope=${reach}`
    // What was confirmed is what was read: somebody may have changed it meanwhile.
    const deleted = await caller.change(
      {method: 'DELETE', path: `/v1/tasks/${id}${query}`, ifMatch: task.version},
      taskResponse,
    )
    return {
      text: lines(`Deleted task ${deleted.id} ${quoted(deleted.title)}.`, 'It can be undone for 24 hours.'),
      data: {task: deleted},
    }
  },
})

const WHAT = (reach: Scope | undefined): string =>
  reach === 'all' ? 'the whole series of' : reach === 'following' ? 'this and all that follow of' : ''

const askForConfirmation = (what: string): ToolQuestion =>
  new ToolQuestion({
    code: CONFIRMATION,
    text: `Delete ${what.trim()}?`,
    field: 'confirm',
    choices: [
      {means: 'yes, delete it', write: 'true'},
      {means: 'no, keep it', write: 'false'},
    ],
    hint: 'nothing has been deleted; ask the user',
  })

const askForScope = ({id, title}: TaskResponse): ToolQuestion =>
  new ToolQuestion({
    code: 'scope_required',
    text: `Task ${id} ${quoted(title)} repeats. What shall be deleted?`,
    field: 'scope',
    choices: [
      {means: 'this one: it is skipped, the next follows', write: 'this'},
      {means: 'this and the following: the series ends, what is done stays', write: 'following'},
      {means: 'the whole series, also what is done', write: 'all'},
    ],
    hint: 'nothing has been deleted; ask the user',
  })
