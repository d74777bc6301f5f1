import {z} from 'zod'
import {formatInstant} from '../../contracts/instant.ts'
import type {SnoozeTaskRequest} from '../../contracts/snooze-task.ts'
import {taskResponse} from '../../contracts/tasks.ts'
import {readDuration} from '../../domain/dates/duration.ts'
import {taskId, whenText} from './inputs.ts'
import {readMorning} from './read-when.ts'
import {lines, nextWords, taskWords} from './task-words.ts'
import {WRITES, defineTool} from './tool.ts'
import type {ToolCaller} from './tool-caller.ts'

export const snoozeReminder = defineTool({
  name: 'snooze_reminder',
  title: 'Be reminded later',
  description:
    'Reminds of a task again later. The due date and the rule stay as they are; to move the date itself use update_task. `undo` takes it back.',
  scope: 'tasks:write',
  annotations: WRITES,
  input: z.strictObject({
    id: taskId,
    until: whenText.describe(
      'For how long, "10m" or "2 hours", or until when, "tomorrow 9:00" or "monday" (then in the morning). In the words of the user, in their time zone.',
    ),
  }),
  output: z.object({task: taskResponse}),
  async run({id, until}, caller) {
    const task = await caller.change(
      {method: 'POST', path: `/v1/tasks/${id}/snooze`, body: await read(until, caller)},
      taskResponse,
    )
    return {
      text: lines(`Snoozed ${taskWords(task, caller)}.`, nextWords(task, caller.zone).slice(0, 1)),
      data: {task},
    }
  },
})

async function read(text: string, caller: ToolCaller): Promise<Wire> {
  const seconds = readDuration(text)
  if (seconds !== undefined && seconds > 0) return {for_seconds: seconds}
  return {until: formatInstant(new Date(await readMorning(text, 'until', caller)))}
}
type Wire = Pick<SnoozeTaskRequest, 'for_seconds'> | {readonly until: string}
