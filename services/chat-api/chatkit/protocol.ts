/**
 * What of ChatKit's wire is written here; chatkit/types.py of https://github.com/openai/chatkit-python is the norm, and
 * test/chatkit/schema.json what the tests hold against it. Nothing is ever null there: what is not known is left out.
 */

export interface Page<T> {
  readonly data: readonly T[]
  readonly has_more: boolean
  /** The id after which the next page begins. */
  readonly after?: string
}

export interface ChatKitThread {
  readonly id: string
  readonly title: string
  /** ISO 8601, UTC. */
  readonly created_at: string
  readonly status: {readonly type: 'active'}
  readonly metadata: Readonly<Record<string, never>>
  readonly items: Page<Item>
}

interface ItemBase {
  readonly id: string
  readonly thread_id: string
  /** ISO 8601, UTC. */
  readonly created_at: string
}

export interface UserItem extends ItemBase {
  readonly type: 'user_message'
  readonly content: readonly {readonly type: 'input_text'; readonly text: string}[]
  readonly attachments: readonly never[]
  readonly inference_options: Readonly<Record<string, never>>
}

export interface AssistantContent {
  readonly type: 'output_text'
  /** Markdown. */
  readonly text: string
  readonly annotations: readonly never[]
}
export interface AssistantItem extends ItemBase {
  readonly type: 'assistant_message'
  readonly content: readonly AssistantContent[]
}

export interface WidgetItem extends ItemBase {
  readonly type: 'widget'
  readonly widget: Card
  /** What is copied in place of the card. */
  readonly copy_text: string
}

export type Item = UserItem | AssistantItem | WidgetItem

export interface Card {
  readonly type: 'Card'
  readonly size: 'md'
  readonly children: readonly Component[]
}

export type Component =
  | {
      readonly type: 'Text'
      readonly value: string
      readonly weight?: 'semibold'
      readonly size?: 'sm'
      readonly color?: 'secondary'
      readonly lineThrough?: true
    }
  | {readonly type: 'Divider'}
  | {
      readonly type: 'Row' | 'Col'
      readonly children: readonly Component[]
      readonly gap: number
      readonly wrap?: 'wrap'
    }
  | Button

export interface Button {
  readonly type: 'Button'
  readonly label: string
  readonly size: 'sm'
  readonly variant: 'outline' | 'solid'
  readonly color?: 'danger'
  readonly onClickAction: ActionConfig
}

export interface ActionConfig {
  readonly type: string
  readonly payload: unknown
  readonly handler: 'server'
  readonly loadingBehavior: 'auto'
  readonly streaming: true
}

type TextUpdate =
  | {
      readonly type: `assistant_message.content_part.added`
      readonly content_index: 0
      readonly content: AssistantContent
    }
  | {readonly type: `assistant_message.content_part.text_delta`; readonly content_index: 0; readonly delta: string}
  | {
      readonly type: `assistant_message.content_part.done`
      readonly content_index: 0
      readonly content: AssistantContent
    }

export interface ErrorEvent {
  readonly type: 'error'
  readonly code: 'custom'
  readonly message: string
  readonly allow_retry: boolean
}

export type Event =
  | {readonly type: 'thread.created'; readonly thread: ChatKitThread}
  | {readonly type: 'thread.item.added' | 'thread.item.done' | 'thread.item.replaced'; readonly item: Item}
  | {readonly type: 'thread.item.updated'; readonly item_id: string; readonly update: TextUpdate}
  | {readonly type: 'thread.item.removed'; readonly item_id: string}
  | {readonly type: 'stream_options'; readonly stream_options: {readonly allow_cancel: boolean}}
  | {readonly type: 'progress_update'; readonly text: string}
  | ErrorEvent
