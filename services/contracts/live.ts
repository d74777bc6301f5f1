import {z} from 'zod'

/** Open streams of a user in one process of chat-api. */
export const MAX_STREAMS_PER_USER = 20
/** A stream on which nothing happens carries a comment this often. */
export const COMMENT_SECONDS = 15

/** The data of the event `task`. */
export const liveTaskMessage = z.object({
  /** The task. */
  id: z.int().positive(),
  /** Of the task when it happened; what is known of it with this version or a later one need not be fetched. */
  version: z.int().positive(),
  /** What happened: the type of the event, such as task.completed. */
  type: z.string(),
})
export type LiveTaskMessage = z.infer<typeof liveTaskMessage>

/** GET /live: text/event-stream. */
export const liveStream = z
  .string()
  .describe(
    'Server-sent events. `ready`, with `{}`: look at everything now; it comes first, and again when something may have been missed. `task`, with a LiveTaskMessage: a task of yours changed, fetch it.',
  )
