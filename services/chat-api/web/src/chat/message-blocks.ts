import type {UIMessage} from 'ai'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import type {ChatQuestion} from '../../../../domain/chat/meaning.ts'
import type {Card} from './card.ts'
import {told} from './told-by-cards.ts'

/** The dates of a rule that was asked for. */
export interface Preview {
  readonly rule: string
  readonly words: string
  readonly time_zone: string
  readonly has_time: boolean
  readonly occurrences: readonly string[]
  readonly more: boolean
  readonly notes: readonly string[]
}

/** What waits for a yes. */
export interface Asked {
  readonly approvalId: string
  readonly tool: string
  readonly input: Readonly<Record<string, unknown>>
}

/** What a message shows, from top to bottom. */
export type Block =
  | {readonly kind: 'text'; readonly text: string}
  | {readonly kind: 'cards'; readonly cards: readonly Card[]}
  | {readonly kind: 'dates'; readonly preview: Preview}
  | {readonly kind: 'approval'; readonly asked: readonly Asked[]}
  | {readonly kind: 'question'; readonly question: ChatQuestion}
  | {readonly kind: 'note'; readonly text: string}

type Part = UIMessage['parts'][number]
type ToolPart = Extract<Part, {type: 'dynamic-tool'}>
interface Output {
  readonly content?: readonly {readonly text?: string}[]
  readonly structuredContent?: Readonly<Record<string, unknown>>
}

export interface BlocksOptions {
  /** More of this message may come. */
  readonly isRunning: boolean
  /** Nothing was said after it: questions can be answered. */
  readonly isLast: boolean
}

/** A text stands before the tasks that it is about, and without the lines that their cards say already. */
export function blocksOf({parts}: Pick<UIMessage, 'parts'>, {isRunning, isLast}: BlocksOptions): Block[] {
  const cards = parts.flatMap(cardsOf)
  const asked = isLast && !isRunning ? questionOf(parts) : null
  const isTold = told(cards, parts.flatMap(wholeTexts), asked)
  const blocks: Block[] = []
  let later: Block[] = []
  for (const part of parts) {
    if (part.type === 'text') {
      const text = isTold(part.text)
      if (text !== '') blocks.push({kind: 'text', text})
      blocks.push(...later)
      later = []
    } else {
      later = joined([...later, ...blocksOfPart(part, isRunning)])
    }
  }
  blocks.push(...later)
  if (asked && asked.choices.length > 0) blocks.push({kind: 'question', question: asked})
  return blocks
}

function blocksOfPart(part: Part, isRunning: boolean): Block[] {
  if (part.type === 'dynamic-tool') return blocksOfTool(part, isRunning)
  if (!part.type.startsWith('data-') || part.type === 'data-question') return []
  // Unknown data: its words when it has some, and nothing else of it.
  const text = (part as {data?: {text?: unknown} | null}).data?.text
  return typeof text === 'string' && text.trim() !== '' ? [{kind: 'note', text}] : []
}

function blocksOfTool(part: ToolPart, isRunning: boolean): Block[] {
  switch (part.state) {
    case 'approval-requested':
      return [{kind: 'approval', asked: [{approvalId: part.approval.id, tool: part.toolName, input: inputOf(part)}]}]
    case 'output-available': {
      const preview = previewOf(part)
      if (preview) return [{kind: 'dates', preview}]
      const cards = cardsOf(part)
      return cards.length === 0 ? [] : [{kind: 'cards', cards}]
    }
    case 'output-error':
      return [{kind: 'note', text: part.errorText}]
    case 'output-denied':
      return []
    case 'input-streaming':
    case 'input-available':
    case 'approval-responded':
      return isRunning ? [] : [{kind: 'note', text: 'This was cut off.'}]
  }
}

/** Cards that follow each other are one list, and what waits for a yes is one question. */
function joined(blocks: readonly Block[]): Block[] {
  const all: Block[] = []
  for (const block of blocks) {
    const last = all.at(-1)
    if (last?.kind === 'cards' && block.kind === 'cards')
      all[all.length - 1] = {kind: 'cards', cards: [...last.cards, ...block.cards]}
    else if (last?.kind === 'approval' && block.kind === 'approval')
      all[all.length - 1] = {kind: 'approval', asked: [...last.asked, ...block.asked]}
    else all.push(block)
  }
  return all
}

const inputOf = ({input}: ToolPart): Record<string, unknown> =>
  typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {}

const outputOf = (part: Part): Output | null =>
  part.type === 'dynamic-tool' && part.state === 'output-available' ? (part.output as Output | null) : null

const isTask = (value: unknown): value is TaskResponse => {
  const task = value as Partial<TaskResponse> | null | undefined
  return typeof task?.id === 'number' && typeof task.title === 'string' && typeof task.version === 'number'
}

const tasksIn = (value: unknown): TaskResponse[] => (Array.isArray(value) ? value : [value]).filter(isTask)

const VERBS: Readonly<Record<string, string>> = {
  add_task: 'Added',
  update_task: 'Changed',
  snooze_reminder: 'Snoozed',
  delete_task: 'Deleted',
  undo: 'Undone',
}

/** The tasks that a part of a message is about. */
export function cardsOf(part: Part): Card[] {
  const data = outputOf(part)?.structuredContent
  if (!data || part.type !== 'dynamic-tool') return []
  if (part.toolName === 'list_tasks')
    return tasksIn(data['tasks']).map((task, index) => ({verb: '', task, place: index + 1}))
  const verb = VERBS[part.toolName] ?? ''
  return [
    ...tasksIn(data['completed']).map((task) => ({verb: 'Done', task})),
    ...tasksIn(data['skipped']).map((task) => ({verb: 'Skipped', task})),
    ...tasksIn(data['task']).map((task) => ({verb, task})),
    ...tasksIn(data['tasks']).map((task) => ({verb, task})),
    ...tasksIn(data['next']).map((task) => ({verb: 'Next', task})),
  ]
}

function previewOf(part: ToolPart): Preview | null {
  if (part.toolName !== 'preview_recurrence') return null
  const data = outputOf(part)?.structuredContent as Partial<Preview> | undefined
  return data && Array.isArray(data.occurrences) && typeof data.words === 'string' ? (data as Preview) : null
}

/** Texts of tools that are shown in another way. */
const wholeTexts = (part: Part): string[] =>
  part.type === 'dynamic-tool' && part.toolName === 'preview_recurrence' && previewOf(part)
    ? (outputOf(part)?.content ?? []).flatMap(({text}) => (text === undefined ? [] : [text]))
    : []

function questionOf(parts: readonly Part[]): ChatQuestion | null {
  const part = parts.findLast(({type}) => type === 'data-question') as {data?: Partial<ChatQuestion>} | undefined
  const data = part?.data
  if (typeof data?.text !== 'string' || !Array.isArray(data.choices)) return null
  const choices = data.choices.filter(
    (one): one is ChatQuestion['choices'][number] => typeof one?.write === 'string' && typeof one.means === 'string',
  )
  return {text: data.text, choices, fill: null}
}

/** The words of a message, as they are said to who hears it. */
export const spokenText = ({parts}: Pick<UIMessage, 'parts'>): string =>
  parts
    .flatMap((part) => (part.type === 'text' ? [part.text] : []))
    .join('\n')
    .trim()

/** What a message waits for a yes to. */
export const waitingIn = (message: UIMessage | undefined): string[] =>
  message?.role === 'assistant'
    ? message.parts.flatMap((part) =>
        part.type === 'dynamic-tool' && part.state === 'approval-requested' ? [part.approval.id] : [],
      )
    : []

/** Something was said or done; an answer that was cut off before that is none. */
export const isAnswer = (message: UIMessage | undefined): boolean =>
  message?.role === 'assistant' &&
  message.parts.some(
    (part) =>
      (part.type === 'text' && part.text !== '') || (part.type === 'dynamic-tool' && part.state !== 'input-streaming'),
  )
