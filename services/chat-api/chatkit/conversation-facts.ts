import type {DynamicToolUIPart, UIMessage} from 'ai'
import type {TaskResponse} from '../../contracts/tasks.ts'
import type {ToolResult} from '../tools/tools.ts'

/** Tools after which a task is what it was. */
const READING = new Set(['list_tasks', 'get_task', 'preview_recurrence'])

/** One task that an answer of a tool is about. */
export interface Shown {
  readonly task: TaskResponse
  /** What happened to it; null: it is as the card shows it. */
  readonly heading: 'Done' | 'Skipped' | 'Deleted' | 'Next' | null
}

/** By the tool that was called, with its number where several were. */
export function shownBy({toolName, output}: DynamicToolUIPart): Shown[] {
  const {structuredContent: data} = (output ?? {}) as Partial<ToolResult>
  if (!data) return []
  const {task, tasks, completed, skipped, next} = data as Partial<{
    task: TaskResponse
    tasks: readonly TaskResponse[]
    completed: TaskResponse
    skipped: readonly TaskResponse[]
    next: TaskResponse | null
  }>
  return [
    ...[completed ?? []].flat().map((one) => ({task: one, heading: 'Done'}) as const),
    ...(skipped ?? []).map((one) => ({task: one, heading: 'Skipped'}) as const),
    ...[task ?? []].flat().map((one) => ({task: one, heading: toolName === 'delete_task' ? 'Deleted' : null}) as const),
    ...(tasks ?? []).map((one) => ({task: one, heading: null})),
    ...[next ?? []].flat().map((one) => ({task: one, heading: 'Next'}) as const),
  ]
}

export const isChanging = ({toolName}: DynamicToolUIPart): boolean => !READING.has(toolName)

/** Where a part is in the whole conversation: later ones are higher. */
export const placeOf = (message: number, part: number): number => message * 10_000 + part

export interface Facts {
  /** By the number of the task; as it was called last. */
  readonly titles: ReadonlyMap<number, string>
  /** By the number of the task: where it was changed last. */
  readonly lastChange: ReadonlyMap<number, number>
}

/** What has to be known of all messages to show one: buttons are for what has not been done meanwhile. */
export function factsOf(messages: readonly UIMessage[]): Facts {
  const facts: WritableFacts = {titles: new Map(), lastChange: new Map()}
  for (const [number, message] of messages.entries()) note(facts, message, number)
  return facts
}

/** With one more message, which has this number in the conversation. */
export function withMessage({titles, lastChange}: Facts, message: UIMessage, number: number): Facts {
  const facts: WritableFacts = {titles: new Map(titles), lastChange: new Map(lastChange)}
  note(facts, message, number)
  return facts
}

interface WritableFacts {
  readonly titles: Map<number, string>
  readonly lastChange: Map<number, number>
}

function note({titles, lastChange}: WritableFacts, message: UIMessage, number: number): void {
  for (const [index, part] of message.parts.entries()) {
    if (part.type !== 'dynamic-tool' || part.state !== 'output-available') continue
    for (const {task} of shownBy(part)) {
      titles.set(task.id, task.title)
      if (isChanging(part)) lastChange.set(task.id, placeOf(number, index))
    }
    const {removed_task_ids: removed = []} = ((part.output as ToolResult).structuredContent ?? {}) as {
      removed_task_ids?: readonly number[]
    }
    for (const id of removed) lastChange.set(id, placeOf(number, index))
  }
}
