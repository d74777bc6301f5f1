import {type DynamicToolUIPart, type UIMessage, isToolUIPart} from 'ai'
import {understand} from '../../domain/chat/understand.ts'
import type {DueContext} from '../../domain/dates/read-date.ts'
import type {PlannedCall} from './plan.ts'

type Part = UIMessage['parts'][number]
type Waiting = Extract<DynamicToolUIPart, {state: 'approval-requested'}>

/** A call that waits for a yes or a no. All tools are dynamic ones. */
const isWaiting = (part: Part): part is Waiting => isToolUIPart(part) && part.state === 'approval-requested'

/** The ids of what a message asks to be approved. */
export const waitingIn = (message: UIMessage | undefined): string[] =>
  message?.role === 'assistant' ? message.parts.filter(isWaiting).map((part) => part.approval.id) : []

/** The calls of a message that were just refused. */
export const refusedIn = (message: UIMessage): PlannedCall[] =>
  message.parts.flatMap((part) =>
    part.type === 'dynamic-tool' && part.state === 'approval-responded' && !part.approval.approved
      ? [{name: part.toolName, input: part.input as Record<string, unknown>}]
      : [],
  )

/**
 * The message with all of its questions answered: what was not said yes to is refused. Null when one of the ids is none
 * that it asks, as when it was answered before or never asked.
 */
export function answered(
  message: UIMessage,
  answers: ReadonlyMap<string, boolean>,
  reason: string | undefined,
): UIMessage | null {
  const asked = waitingIn(message)
  if (asked.length === 0 || [...answers.keys()].some((id) => !asked.includes(id))) return null
  const parts = message.parts.map((part): Part => {
    if (!isWaiting(part)) return part
    const approved = answers.get(part.approval.id) ?? false
    const approval = {...part.approval, approved, ...(reason !== undefined && {reason})}
    return {...part, state: 'approval-responded', approval}
  })
  return {...message, parts}
}

/** Without calls that were cut off, as by a client that went: no model takes a call that nothing came of. */
export const withoutUnfinished = (message: UIMessage): UIMessage => ({
  ...message,
  parts: message.parts.filter((part) => !isToolUIPart(part) || part.state.startsWith('output-')),
})

/** Whether words alone say yes or no; null when they are something else. */
export function decisionOf(text: string, context: DueContext): boolean | null {
  const {kind} = understand(text, context).meaning
  return kind === 'yes' ? true : kind === 'no' ? false : null
}
