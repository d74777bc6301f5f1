import {z} from 'zod'
import {completeTaskResponse} from '../../contracts/tasks.ts'
import {taskId} from './inputs.ts'
import {lines, quoted, taskWords} from './task-words.ts'
import {WRITES, defineTool} from './tool.ts'

/** As long as a person waits for an answer; it is there after 0.1 s as a rule. */
const WAIT_SECONDS = 5

export const completeTask = defineTool({
  name: 'complete_task',
  title: 'Complete a task',
  description:
    'Marks a task as done. Of one that repeats the next occurrence follows by itself, and is in the answer. `undo` takes it back.',
  scope: 'tasks:write',
  annotations: {...WRITES, idempotentHint: true},
  input: z.strictObject({id: taskId}),
  output: completeTaskResponse,
  async run({id}, caller) {
    const done = await caller.change(
      {method: 'POST', path: `/v1/tasks/${id}/complete`, waitSeconds: WAIT_SECONDS},
      completeTaskResponse,
    )
    const {completed, next, next_pending: pending} = done
    return {
      text: lines(
        `Done: task ${completed.id} ${quoted(completed.title)}.`,
        next ? `Next: ${taskWords(next, caller)}.` : [],
        pending ? 'The next occurrence is still being made: list the tasks in a moment to see it.' : [],
      ),
      data: done,
    }
  },
})
