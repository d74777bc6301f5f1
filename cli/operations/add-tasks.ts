import type {TaskResponse} from '../../services/contracts/tasks.ts'
import type {QuickAdd} from '../../services/domain/quick-add/quick-add.ts'
import {taskFields} from '../../services/domain/quick-add/task-fields.ts'
import type {TaskApi} from '../client/task-api.ts'
import {createRequest} from '../client/task-writes.ts'
import {CliError, toCliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'

type Added = {readonly parsed: QuickAdd; readonly value: TaskResponse} | {readonly error: CliError}

/** Adds one after the other, in their order. When todo5 cannot be reached any more, the rest is not tried. */
export async function addAll(api: TaskApi, tasks: readonly QuickAdd[]): Promise<Added[]> {
  const outcomes: Added[] = []
  let away = false
  for (const parsed of tasks) {
    if (away) {
      const message = `"${parsed.title}" was not sent.`
      outcomes.push({error: new CliError(message, {code: 'not_sent', exit: EXIT.unreachable})})
      continue
    }
    try {
      outcomes.push({parsed, value: await api.send<TaskResponse>(createRequest(taskFields(parsed)))})
    } catch (error) {
      const refused = toCliError(error)
      away = refused.exit === EXIT.unreachable
      outcomes.push({error: refused})
    }
  }
  return outcomes
}
