import {z} from 'zod'
import {skipTaskResponse} from '../../contracts/skip-task.ts'
import {formatInstant} from '../../contracts/instant.ts'
import {taskId, whenText} from './inputs.ts'
import {readDay} from './read-when.ts'
import {dateWords, lines, quoted, taskWords} from './task-words.ts'
import {WRITES, defineTool} from './tool.ts'

const WAIT_SECONDS = 5

export const skipOccurrence = defineTool({
  name: 'skip_occurrence',
  title: 'Skip an occurrence',
  description:
    'Leaves out the open occurrence of a task that repeats, or all up to a date, as for a holiday. The rule stays, and the next occurrence follows. `undo` takes it back.',
  scope: 'tasks:write',
  annotations: WRITES,
  input: z.strictObject({
    id: taskId,
    until: whenText
      .optional()
      .describe('Skip all up to this date, such as "next friday" or "2027-01-06"; left out: the open one alone.'),
  }),
  output: skipTaskResponse,
  async run({id, until}, caller) {
    const end = until === undefined ? undefined : await readDay(until, 'until', caller)
    const answer = await caller.change(
      {
        method: 'POST',
        path: `/v1/tasks/${id}/skip`,
        body: end ? {until: formatInstant(new Date(end.at))} : {},
        waitSeconds: WAIT_SECONDS,
      },
      skipTaskResponse,
    )
    const [first] = answer.skipped
    const dates = answer.skipped.flatMap(({due_at: at, due_has_time: hasTime}) =>
      at === null ? [] : [dateWords(Date.parse(at), hasTime, caller.zone)],
    )
    return {
      text: lines(
        first ? `Skipped ${quoted(first.title)} of ${dates.join(', ')}.` : 'Nothing was to be skipped.',
        answer.next ? `Next: ${taskWords(answer.next, caller)}.` : [],
        answer.next_pending ? 'The next occurrence is still being made: list the tasks in a moment to see it.' : [],
      ),
      data: answer,
    }
  },
})
