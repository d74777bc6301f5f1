import {z} from 'zod'
import {lineOfText} from '../../contracts/text.ts'
import {taskResponse} from '../../contracts/tasks.ts'
import {WHEN, contentInputs, remindersOf, titleInput, whenText} from './inputs.ts'
import {readSentence, readWhen} from './read-when.ts'
import {lines, nextWords, taskWords} from './task-words.ts'
import {WRITES, defineTool} from './tool.ts'
import type {ToolCaller} from './tool-caller.ts'
import {understoodTask} from './understood-task.ts'

const input = z
  .strictObject({
    sentence: lineOfText(2000)
      .optional()
      .describe(
        'The whole task in one English sentence, as the user said it: "pay rent on the first of every month at 9, remind me 2 hours before #home !high". Instead of title.',
      ),
    title: titleInput.optional().describe('What is to be done, taken as it is. Instead of sentence.'),
    when: whenText.optional().describe(`When it is due. ${WHEN}`),
    ...contentInputs,
  })
  .refine(({sentence, title}) => (sentence === undefined) !== (title === undefined), {
    message: 'must have either sentence or title',
  })
  .refine(
    ({sentence, when, remind_before: before}) => sentence === undefined || (when === undefined && before === undefined),
    {
      message: 'must say the date and the reminders in the sentence itself',
    },
  )
type Input = z.output<typeof input>

export const addTask = defineTool({
  name: 'add_task',
  title: 'Add a task',
  description:
    'Adds one task, with a due date, a rule by which it repeats, reminders, tags and a priority as wanted. When the user said it in English, give their words as `sentence`. Answers with the task and how it was understood; when that can be read in two ways nothing is added, and you get a question to pass on to the user.',
  scope: 'tasks:write',
  annotations: WRITES,
  input,
  output: understoodTask,
  async run(given, caller) {
    const {fields, remarks} = await understand(given, caller)
    const {description, priority, tags} = given
    const body = {
      ...fields,
      ...(description !== undefined && {description}),
      ...(priority !== undefined && {priority}),
      ...(tags !== undefined && {tags: [...new Set([...(fields.tags ?? []), ...tags])]}),
    }
    const task = await caller.change({method: 'POST', path: '/v1/tasks', body}, taskResponse)
    return {
      text: lines(`Added ${taskWords(task, caller)}.`, nextWords(task, caller.zone), remarks),
      data: {task, remarks: [...remarks]},
    }
  },
})

async function understand({sentence, title, when, remind_before: before}: Input, caller: ToolCaller) {
  if (sentence !== undefined) return readSentence(sentence, caller)
  const read = when === undefined ? undefined : await readWhen(when, 'when', caller)
  const reminders = remindersOf(before, read?.due.hasTime ?? false)
  const fields = {title: title!, tags: undefined, ...read?.fields, ...(reminders && {reminders})}
  return {fields, remarks: read?.remarks ?? []}
}
