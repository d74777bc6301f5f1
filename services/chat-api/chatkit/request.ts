import {z} from 'zod'

/**
 * A request of ChatKit. As the published models do it takes what it does not know: the component is changed by its vendor
 * at any time. What is said in it is checked where it is used.
 */
const text = z.string()
const threadId = z.string().max(200)
const itemId = z.string().max(200)
const nothing = z.union([z.null(), z.undefined()]).transform(() => undefined)

const input = z.object({
  content: z
    .array(
      z.discriminatedUnion('type', [
        z.object({type: z.literal('input_text'), text}),
        z.object({type: z.literal('input_tag'), text}),
      ]),
    )
    .max(100),
  attachments: z.array(z.string()).max(100).default([]),
  quoted_text: z.union([text, nothing]).optional(),
})
export type UserInput = z.output<typeof input>

/** Pages of at most 100; ChatKit's own servers begin with 20. */
const paging = {
  limit: z
    .union([z.int().min(1).max(1_000_000), nothing])
    .optional()
    .transform((limit) => Math.min(limit ?? 20, 100)),
  order: z.enum(['asc', 'desc']).default('desc'),
  after: z.union([itemId, nothing]).optional(),
}
export type Paging = z.output<z.ZodObject<typeof paging>>

const action = z.object({
  thread_id: threadId,
  item_id: z.union([itemId, nothing]).optional(),
  action: z.object({type: z.string().max(100), payload: z.unknown()}),
})
export type ActionParams = z.output<typeof action>

const request = <T extends string, P extends z.ZodType>(type: T, params: P) => z.object({type: z.literal(type), params})

const inThread = z.object({thread_id: threadId})
const anything = z.looseObject({})

export const chatKitRequest = z.discriminatedUnion('type', [
  request('threads.create', z.object({input})),
  request('threads.add_user_message', z.object({thread_id: threadId, input})),
  request('threads.retry_after_item', z.object({thread_id: threadId, item_id: itemId})),
  request('threads.custom_action', action),
  request('threads.add_client_tool_output', anything),
  request('threads.add_structured_input', anything),
  request('threads.sync_custom_action', action),
  request('threads.get_by_id', inThread),
  request('threads.list', z.object(paging)),
  request('items.list', z.object({thread_id: threadId, ...paging})),
  request(
    'items.feedback',
    z.object({thread_id: threadId, item_ids: z.array(itemId).max(100), kind: z.enum(['positive', 'negative'])}),
  ),
  request('threads.update', z.object({thread_id: threadId, title: text})),
  request('threads.delete', inThread),
  request('attachments.create', anything),
  request('attachments.delete', anything),
  request('input.transcribe', anything),
])
export type ChatKitRequest = z.output<typeof chatKitRequest>

const STREAMED = [
  'threads.create',
  'threads.add_user_message',
  'threads.retry_after_item',
  'threads.custom_action',
  'threads.add_client_tool_output',
  'threads.add_structured_input',
] as const satisfies readonly ChatKitRequest['type'][]

export type StreamedRequest = Extract<ChatKitRequest, {type: (typeof STREAMED)[number]}>
export type PlainRequest = Exclude<ChatKitRequest, StreamedRequest>

/** Whether the answer is a stream of events. */
export const isStreamed = (given: ChatKitRequest): given is StreamedRequest =>
  (STREAMED as readonly string[]).includes(given.type)
