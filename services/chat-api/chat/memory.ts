import {type UIMessage, getToolName, isToolUIPart} from 'ai'
import type {TaskResponse} from '../../contracts/tasks.ts'
import type {KnownTask} from '../../domain/chat/match-titles.ts'
import type {ChatQuestion} from '../../domain/chat/meaning.ts'
import type {ToolResult} from '../tools/tools.ts'

export interface ChatMemory {
  readonly shown: readonly KnownTask[]
  readonly last: readonly KnownTask[]
  /** Asked in the last message. */
  readonly question: ChatQuestion | null
}

/** The part of a message by which a question goes to the client; of type `data-question`. */
export interface QuestionPart {
  readonly type: 'data-question'
  readonly data: ChatQuestion
}

/** What the messages of a thread tell about which tasks are meant by "it" and "the second". */
export function memoryOf(messages: readonly UIMessage[]): ChatMemory {
  let shown: readonly KnownTask[] = []
  let last: readonly KnownTask[] = []
  for (const message of messages) {
    if (message.role !== 'assistant') continue
    const touched: KnownTask[] = []
    let isChange = false
    for (const part of message.parts) {
      if (!isToolUIPart(part) || part.state !== 'output-available') continue
      const data = (part.output as ToolResult).structuredContent
      if (!data) continue
      if (getToolName(part) === 'list_tasks') shown = (data as {tasks: TaskResponse[]}).tasks.map(known)
      else if (getToolName(part) === 'preview_recurrence') continue
      else touched.push(...tasksOf(getToolName(part), data))
      isChange = true
    }
    if (isChange) last = touched
  }
  return {shown, last, question: questionOf(messages.at(-1))}
}

const known = ({id, title}: TaskResponse): KnownTask => ({id, title})

/** Of one that was done or skipped the one that follows, which is what can be changed next. */
function tasksOf(tool: string, data: Readonly<Record<string, unknown>>): KnownTask[] {
  const {task, tasks, completed, skipped, next} = data as Partial<{
    task: TaskResponse
    tasks: TaskResponse[]
    completed: TaskResponse
    skipped: TaskResponse[]
    next: TaskResponse | null
  }>
  if (tool === 'delete_task') return []
  return [next ?? completed ?? skipped?.at(-1) ?? task ?? tasks ?? []].flat().map(known)
}

function questionOf(message: UIMessage | undefined): ChatQuestion | null {
  if (message?.role !== 'assistant') return null
  const part = message.parts.findLast((one) => one.type === 'data-question') as QuestionPart | undefined
  return part?.data ?? null
}
