import {type ToolSet, dynamicTool} from 'ai'
import {z} from 'zod'
import type {CallingUser} from '../call-service.ts'
import {deleteTask} from '../tools/delete-task.ts'
import type {Tool} from '../tools/tool.ts'
import {type ToolCallerOptions, toolCaller} from '../tools/tool-caller.ts'
import {TOOLS, type ToolResult, runTool} from '../tools/tools.ts'
import type {PlannedCall} from './plan.ts'
import type {Outcome} from './report.ts'

/** The tools of MCP as the AI SDK has them, called in this process in the name of the user. */
export interface ChatTools {
  readonly tools: ToolSet
  /** Which of them are run only after the person has said yes. */
  readonly approval: Readonly<Record<string, 'user-approval'>>
  /** In the order in which they were called. */
  readonly outcomes: () => readonly Outcome[]
}

/** In one turn; the offline model changes at most twenty tasks at once. */
const MOST_CALLS = 30

/** `refused`: calls that the person has just said no to. */
export function chatTools(user: CallingUser, options: ToolCallerOptions, refused: readonly PlannedCall[]): ChatTools {
  const outcomes: Outcome[] = refused.map((call) => ({...call, result: null}))
  const run = async (tool: Tool, input: Record<string, unknown>, callId: string): Promise<ToolResult> => {
    if (outcomes.length >= MOST_CALLS) return tooMany
    const place = outcomes.push({name: tool.name, input, result: failed}) - 1
    // The id of the call is the key: what is repeated is made once.
    const result = await runTool(tool, confirmed(tool, input), async () => toolCaller(user, callId, options))
    outcomes[place] = {name: tool.name, input, result}
    return result
  }
  const tools = Object.fromEntries(
    TOOLS.map((tool) => [
      tool.name,
      dynamicTool({
        description: tool.description,
        inputSchema: tool === deleteTask ? tool.input.omit({confirm: true}) : tool.input,
        execute: async (input, {toolCallId}) => run(tool, z.record(z.string(), z.unknown()).parse(input), toolCallId),
        toModelOutput: ({output}) => {
          const {content, isError} = output as ToolResult
          return {type: isError ? 'error-text' : 'text', value: content.map(({text}) => text).join('\n')}
        },
      }),
    ]),
  )
  return {tools, approval: {[deleteTask.name]: 'user-approval'}, outcomes: () => outcomes}
}

const isError = (text: string): ToolResult => ({content: [{type: 'text', text}], isError: true})
const tooMany = isError(`Nothing was done: these are more than ${MOST_CALLS} calls for one message. Tell the user.`)
/** Of a call until it is known what came of it, and for ever when the tool failed. */
const failed = isError('That failed; what happened was logged. Look at the task before you try again.')

/** The person's yes is what the tool asks for; no model can say it, its input has no such field here. */
const confirmed = (tool: Tool, input: Record<string, unknown>): Record<string, unknown> =>
  tool === deleteTask ? {...input, confirm: true} : input
