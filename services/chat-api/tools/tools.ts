import {DomainError} from '../../domain/errors.ts'
import {addTask} from './add-task.ts'
import {completeTask} from './complete-task.ts'
import {deleteTask} from './delete-task.ts'
import {getTask} from './get-task.ts'
import {listTasks} from './list-tasks.ts'
import {previewRecurrence} from './preview-recurrence.ts'
import {skipOccurrence} from './skip-occurrence.ts'
import {snoozeReminder} from './snooze-reminder.ts'
import {lines} from './task-words.ts'
import type {Tool} from './tool.ts'
import type {ToolCaller} from './tool-caller.ts'
import {ToolQuestion} from './tool-question.ts'
import {undo} from './undo.ts'
import {updateTask} from './update-task.ts'

/** All that a model can do here, in the order in which they are listed. */
export const TOOLS: readonly Tool[] = [
  addTask,
  listTasks,
  getTask,
  updateTask,
  completeTask,
  skipOccurrence,
  snoozeReminder,
  deleteTask,
  undo,
  previewRecurrence,
]

/** What a program finds under `_meta` beside the text for the model. */
export const META = {question: 'todo5/question', refusal: 'todo5/refusal'} as const

/** The answer of a tool as MCP has it. */
export interface ToolResult {
  readonly content: {type: 'text'; text: string}[]
  /** Fits the output schema; absent of a refusal and a question. */
  readonly structuredContent?: Record<string, unknown>
  readonly isError?: true
  readonly _meta?: Record<string, unknown>
}

/** Runs a tool. A refusal and a question are results for the model to read; throws what is a fault of ours. */
export async function runTool(tool: Tool, input: unknown, caller: () => Promise<ToolCaller>): Promise<ToolResult> {
  try {
    const {text, data} = await tool.run(input, await caller())
    return {content: [{type: 'text', text}], structuredContent: data}
  } catch (error) {
    if (error instanceof ToolQuestion) return asked(error)
    if (error instanceof DomainError) return refused(error)
    throw error
  }
}

function asked({code, message, field, choices, hint}: ToolQuestion): ToolResult {
  const text = lines(
    `Nothing has been changed. Ask the user: ${message}`,
    choices.map(({means, write}) => `- ${means}: call again with ${field} ${JSON.stringify(write)}`),
    `(${hint})`,
  )
  return {
    content: [{type: 'text', text}],
    isError: true,
    _meta: {[META.question]: {code, text: message, field, choices, hint}},
  }
}

function refused({kind, code, message, hint, faults}: DomainError): ToolResult {
  const hints = [...new Set([...(hint === undefined ? [] : [hint]), ...faults.flatMap((fault) => fault.hint ?? [])])]
  return {
    content: [{type: 'text', text: lines(message, hints)}],
    isError: true,
    _meta: {[META.refusal]: {kind, code, message, hints}},
  }
}
