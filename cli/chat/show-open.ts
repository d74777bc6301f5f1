import type {TaskResponse} from '../../services/contracts/tasks.ts'
import {CliError} from '../errors.ts'
import {harmless, harmlessLine} from '../harmless-text.ts'
import type {Output} from '../output.ts'
import type {TimeView} from '../views/task-lines.ts'
import {printTasks} from '../views/task-table.ts'
import type {AnswerView} from './answer-view.ts'
import type {Approval, Open} from './conversation.ts'

interface ShowOpen {
  readonly out: Output
  readonly view: () => Promise<TimeView>
  readonly task: (id: number) => Promise<TaskResponse>
}

/** Says what a yes would do and what can be answered, where the answer did not: before a yes a model's word is not enough. */
export async function showOpen({question, approvals}: Open, answer: AnswerView, options: ShowOpen): Promise<void> {
  const {out} = options
  for (const approval of approvals) await showApproval(approval, answer, options)
  if (!question || answer.text.includes(harmless(question.text))) return
  out.data(harmless(question.text))
  for (const [index, {means}] of question.choices.entries()) out.data(`${index + 1}. ${harmlessLine(means)}`)
}

async function showApproval({tool, input}: Approval, answer: AnswerView, {out, view, task}: ShowOpen): Promise<void> {
  const about = await taskOf(input, task)
  if (about && answer.names(about)) return
  out.data(`To be confirmed: ${harmlessLine(`${tool.replaceAll('_', ' ')} ${JSON.stringify(input)}`)}`)
  if (about) printTasks(out, [about], await view())
}

async function taskOf({id}: Approval['input'], task: ShowOpen['task']): Promise<TaskResponse | undefined> {
  if (typeof id !== 'number') return undefined
  try {
    return await task(id)
  } catch (error) {
    // Gone meanwhile: what is said about it is its number.
    if (error instanceof CliError) return undefined
    throw error
  }
}
