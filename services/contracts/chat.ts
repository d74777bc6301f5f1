import {z} from 'zod'
import {lineOfText, linesOfText} from './text.ts'

const threadId = z.uuid()

/** What somebody says. The rest of the conversation is the server's, and no client can write it. */
export const newMessage = z.strictObject({
  /** The client's, so that both know it by the same. */
  id: z
    .string()
    .regex(/^[\w-]{1,64}$/u, 'must be 1 to 64 letters, digits, - or _')
    .optional(),
  role: z.literal('user'),
  parts: z
    .array(
      z.strictObject({
        type: z.literal('text'),
        text: linesOfText(4000).refine((text) => text.trim() !== '', 'must not be empty'),
      }),
    )
    .length(1, 'must be one text'),
})

/** The answer to what a tool asked before it does something that takes things away. */
export const approvalAnswer = z.strictObject({id: z.string().min(1).max(100), approved: z.boolean()})

/** A message, or answers to all that was asked in the last one; without `id` a message begins a new thread. */
export const chatRequest = z
  .strictObject({
    id: threadId.optional(),
    message: newMessage.optional(),
    approvals: z.array(approvalAnswer).min(1).max(20).optional(),
  })
  .refine(({message, approvals}) => (message === undefined) !== (approvals === undefined), {
    message: 'must have either message or approvals',
  })
  .refine(({id, approvals}) => approvals === undefined || id !== undefined, {
    message: 'must say of which thread the approvals are',
  })
export type ChatRequest = z.infer<typeof chatRequest>

export const renameThreadRequest = z.strictObject({title: lineOfText(200)})

export interface ThreadResponse {
  readonly id: string
  readonly title: string
  /** ISO 8601, UTC. */
  readonly created_at: string
  readonly updated_at: string
}
export interface ThreadListResponse {
  /** Last used first. */
  readonly threads: readonly ThreadResponse[]
}
export interface ConversationResponse extends ThreadResponse {
  /** As the AI SDK has them (UIMessage), oldest first. */
  readonly messages: readonly unknown[]
}
