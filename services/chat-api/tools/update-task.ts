import {z} from 'zod'
import {type TaskResponse, taskResponse} from '../../contracts/tasks.ts'
import {atTimeOfDay} from '../../domain/dates/at-time-of-day.ts'
import {WHEN, contentInputs, remindersOf, scope, taskId, titleInput, whenText} from './inputs.ts'
import {readWhen} from './read-when.ts'
import {lines, nextWords, taskWords} from './task-words.ts'
import {WRITES, defineTool} from './tool.ts'
import type {ToolCaller} from './tool-caller.ts'
import {understoodTask} from './understood-task.ts'

const input = z
  .strictObject({
    id: taskId,
    title: titleInput.optional().describe('The new title, taken as it is.'),
    when: whenText
      .optional()
      .describe(`The new due date, or the new rule. A day alone keeps the time of day that the task has. ${WHEN}`),
    ...contentInputs,
    tags: contentInputs.tags.describe('All the tags that it shall have, without #; [] for none.'),
    remove: z
      .array(z.enum(['due_date', 'repetition']))
      .optional()
      .describe('Take away the due date, or the rule by which it repeats.'),
    scope,
  })
  .refine((given) => Object.keys(given).some((field) => field !== 'id' && field !== 'scope'), {
    message: 'must change at least one field',
  })
  .refine(({when, remove}) => when === undefined || !remove?.includes('due_date'), {
    message: 'must either give the due date or remove it',
  })
type Input = z.output<typeof input>

export const updateTask = defineTool({
  name: 'update_task',
  title: 'Change a task',
  description:
    'Changes what is given of one task: its title, description, due date, rule, reminders, tags, priority. Of one that repeats a new date is for this occurrence alone and everything else for the following ones too, unless `scope` says otherwise. `undo` takes it back.',
  scope: 'tasks:write',
  annotations: WRITES,
  input,
  output: understoodTask,
  async run(given, caller) {
    const before = await caller.read(`/v1/tasks/${given.id}`, taskResponse)
    const {body, remarks} = await changesOf(given, before, caller)
    const query = given.scope === undefined || before.series_id === null ? '' : `?scope=${given.scope}`
    const task = await caller.change(
      // What a day or a reminder was worked out from is what was read.
      {method: 'PATCH', path: `/v1/tasks/${given.id}${query}`, body, ifMatch: before.version},
      taskResponse,
    )
    return {
      text: lines(`Changed: ${taskWords(task, caller)}.`, nextWords(task, caller.zone), remarks),
      data: {task, remarks},
    }
  },
})

async function changesOf(given: Input, before: TaskResponse, caller: ToolCaller) {
  const {title, description, priority, tags, remove} = given
  const date = given.when === undefined ? undefined : await dateOf(given.when, before, caller)
  const reminders = remindersOf(given.remind_before, date?.fields.due_has_time ?? before.due_has_time)
  const body = {
    ...(title !== undefined && {title}),
    ...(description !== undefined && {description}),
    ...(priority !== undefined && {priority}),
    ...(tags !== undefined && {tags}),
    ...date?.fields,
    ...(reminders && {reminders}),
    ...(remove?.includes('due_date') && {due_at: null}),
    ...(remove?.includes('repetition') && {recurring_pattern: null}),
  }
  return {body, remarks: [...(date?.remarks ?? [])]}
}

/** "friday" of a task at nine is Friday at nine, while that is ahead. */
async function dateOf(text: string, before: TaskResponse, caller: ToolCaller) {
  const {due, fields, remarks} = await readWhen(text, 'when', caller)
  const keepsTime = fields.recurring_pattern === undefined && !due.hasTime && before.due_has_time
  if (!keepsTime || before.due_at === null) return {fields, remarks}
  const at = await atTimeOfDay(text, due, {time: Date.parse(before.due_at), context: caller})
  if (at <= caller.now) return {fields, remarks}
  return {fields: {due_at: new Date(at).toISOString().replace('.000Z', 'Z'), due_has_time: true}, remarks}
}
