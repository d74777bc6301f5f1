import {z} from 'zod'
import {SCOPES} from '../../contracts/scope.ts'
import {createTaskRequest} from '../../contracts/tasks.ts'
import {lineOfText} from '../../contracts/text.ts'
import {readDuration} from '../../domain/dates/duration.ts'
import {invalidRequest} from '../../domain/errors.ts'
import {offsetBefore} from '../../domain/reminders/reminder-times.ts'

const {title, description, priority, tags} = createTaskRequest.shape

export const taskId = z
  .int()
  .positive()
  .max(Number.MAX_SAFE_INTEGER)
  .describe('The id of the task, as list_tasks and add_task give it. Never make one up.')

/** A date or a rule as a person says it. */
export const whenText = lineOfText(300)
export const WHEN =
  'In the words of the user, as "tomorrow 9am", "friday", "in 2 hours", "2026-12-01 17:30", or with a rule "every monday and thursday at 9", "every month on the last friday until 1 june"; also an RRULE. It is read in the time zone of the user: do not work out dates yourself.'

/** What a task says besides its dates; as the HTTP API checks it. */
export const contentInputs = {
  description: description.describe('Longer text, several lines.'),
  priority: priority.describe('0 none, 1 low, 2 medium, 3 high.'),
  tags: tags.describe('Words without #, such as ["home", "urgent"].'),
  remind_before: z
    .array(lineOfText(30))
    .max(10, 'must be at most 10 reminders')
    .optional()
    .describe('How long before the due date to remind, such as ["2h"], ["1 day", "10m"]; [] for no reminder.'),
}
export const titleInput = title

export const scope = z
  .enum(SCOPES)
  .optional()
  .describe(
    'Of a task that repeats: "this" occurrence alone, it and those "following", or "all", what is done included. Ask the user when it is not clear.',
  )

/** `["2h"]` as the reminders of a task; undefined when nothing was said. */
export function remindersOf(texts: readonly string[] | undefined, dueHasTime: boolean) {
  return texts?.map((text, place) => {
    const seconds = readDuration(text.replace(/ before$/iu, ''))
    if (seconds !== undefined) return {offset_seconds: offsetBefore(seconds, dueHasTime)}
    throw invalidRequest([
      {
        field: `remind_before[${place}]`,
        code: 'invalid_duration',
        message: `remind_before[${place}] is no length of time.`,
        hint: 'Write it as 10m, 2h, 1h30m, 1d or 1w.',
      },
    ])
  })
}
