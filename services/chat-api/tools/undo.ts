import {z} from 'zod'
import {UNDOABLE_HOURS, undoListResponse, undoResponse} from '../../contracts/undo.ts'
import {DomainError} from '../../domain/errors.ts'
import {taskId} from './inputs.ts'
import {lines, quoted, taskWords} from './task-words.ts'
import {WRITES, defineTool} from './tool.ts'
import type {ToolCaller} from './tool-caller.ts'

const WORDS = {
  create: 'adding',
  complete: 'completing',
  reopen: 'reopening',
  skip: 'skipping',
  update: 'changing',
  delete: 'deleting',
  snooze: 'snoozing',
  batch: 'changing several tasks, first',
} as const

export const undo = defineTool({
  name: 'undo',
  title: 'Undo a change',
  description: `Takes back the last change of the user, whichever program made it, or the last one of one task. Changes of the last ${UNDOABLE_HOURS} hours can be undone, each once.`,
  scope: 'tasks:write',
  // What it takes away was made by the change that it takes back, and what was touched since is refused.
  annotations: WRITES,
  input: z.strictObject({
    task_id: taskId.optional().describe('Undo the last change of this task; left out: the very last change.'),
  }),
  output: undoResponse,
  async run({task_id: task}, caller) {
    const id = task === undefined ? undefined : await lastChangeOf(task, caller)
    const answer = await caller.change(
      {method: 'POST', path: '/v1/undo', body: id === undefined ? {} : {id}},
      undoResponse,
    )
    const {undone, tasks, removed_task_ids: removed} = answer
    return {
      text: lines(
        `Undone: ${WORDS[undone.change]} ${quoted(undone.title)}.`,
        tasks.map((one) => `Now: ${taskWords(one, caller)}.`),
        removed.length === 0 ? [] : `Gone again: ${removed.map((one) => `task ${one}`).join(', ')}.`,
      ),
      data: answer,
    }
  },
})

async function lastChangeOf(task: number, caller: ToolCaller): Promise<number> {
  const {changes} = await caller.read(`/v1/undo?task_id=${task}`, undoListResponse)
  const [last] = changes
  if (last) return last.id
  throw new DomainError('conflict', 'nothing_to_undo', `There is nothing to undo of task ${task}.`, {
    hint: `Changes can be undone for ${UNDOABLE_HOURS} hours.`,
  })
}
