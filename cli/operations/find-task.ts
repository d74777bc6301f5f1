import type {TaskResponse} from '../../services/contracts/tasks.ts'
import type {TaskApi} from '../client/task-api.ts'
import {CliError, usageError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {truncate} from '../text-width.ts'

/** More choices than this are not listed. */
const MOST_CHOICES = 5

/** The task that a person means: its id, or a part of the title of one open task. */
export async function findTask(api: TaskApi, ref: string): Promise<TaskResponse> {
  const text = ref.trim()
  if (text === '')
    throw usageError('An empty text names no task.', 'invalid_ref', 'todo5 task list        shows the ids')
  if (/^[1-9]\d{0,15}$/u.test(text)) return await api.get(Number(text))
  const {tasks, next_cursor} = await api.list({view: 'open', search: text.slice(0, 200), limit: MOST_CHOICES * 4})
  // The server looks at descriptions too.
  const wanted = text.toLowerCase()
  const titled = tasks.filter((task) => task.title.toLowerCase().includes(wanted))
  const exact = titled.filter((task) => task.title.toLowerCase() === wanted)
  const found = exact.length > 0 ? exact : titled
  if (found.length === 1 && (next_cursor === null || exact.length > 0)) return found[0]!
  if (found.length === 0) {
    throw new CliError(`No open task has "${text}" in its title.`, {
      code: 'task_not_found',
      exit: EXIT.notFound,
      hints: ['todo5 task list', `todo5 task list all --search "${text}"        done ones too`],
    })
  }
  throw new CliError(
    `"${text}" is in the titles of ${next_cursor === null ? found.length : `${found.length} or more`} open tasks.`,
    {
      code: 'ambiguous_ref',
      exit: EXIT.refused,
      hints: [
        'use the id:',
        ...found.slice(0, MOST_CHOICES).map((task) => `${task.id}  ${truncate(task.title, 60, '…')}`),
      ],
    },
  )
}
