import type {ParsedDue} from '../dates/read-date.ts'
import type {Choice} from '../quick-add/quick-add.ts'

/** Which task is meant, as far as the words alone tell it; find-tasks.ts looks it up. */
export type Reference =
  /** "it", "that one" */
  | {readonly kind: 'it'}
  /** "all of them", "both" */
  | {readonly kind: 'all'; readonly count: number | null}
  /** "the second", "first and last": places in the list that was shown, from 1; negative ones from its end. */
  | {readonly kind: 'places'; readonly places: readonly number[]}
  /** "3": a place in that list, or where it has no such place, the number of a task. */
  | {readonly kind: 'numbers'; readonly numbers: readonly number[]}
  /** "#12", "task 12" */
  | {readonly kind: 'ids'; readonly ids: readonly number[]}
  | {readonly kind: 'title'; readonly title: string}

/** Open tasks by default; instants in ms, UTC, `from` inclusive, `until` exclusive. */
export interface ListWish {
  readonly view: 'open' | 'overdue' | 'upcoming' | 'recurring' | 'done'
  readonly from?: number
  readonly until?: number
  readonly tag?: string
  readonly priority?: number
  readonly search?: string
  /** For the heading: "due today", "overdue". Empty for all open ones. */
  readonly words: string
}

/** What has to be answered first. A choice is a whole message, to be sent in place of the one that was not clear. */
export interface ChatQuestion {
  readonly text: string
  readonly choices: readonly Choice[]
  /** Where an answer in words goes: `before + answer + after` is the whole message. */
  readonly fill: {readonly before: string; readonly after: string} | null
}

export type Meaning =
  | {readonly kind: 'add'; readonly text: string}
  | {readonly kind: 'list'; readonly list: ListWish}
  | {readonly kind: 'show'; readonly tasks: Reference}
  | {readonly kind: 'preview'; readonly text: string}
  | {readonly kind: 'complete'; readonly tasks: Reference}
  | {readonly kind: 'reopen'; readonly tasks: Reference}
  /** `until` (ms): every occurrence up to then; null: the open one. */
  | {readonly kind: 'skip'; readonly tasks: Reference; readonly until: number | null}
  | {readonly kind: 'delete'; readonly tasks: Reference; readonly scope: 'this' | 'following' | 'all' | null}
  | {readonly kind: 'move'; readonly tasks: Reference; readonly to: ParsedDue}
  | {readonly kind: 'rename'; readonly tasks: Reference; readonly title: string}
  | {readonly kind: 'prioritise'; readonly tasks: Reference; readonly priority: number}
  /** One of both is null. */
  | {
      readonly kind: 'snooze'
      readonly tasks: Reference
      readonly forSeconds: number | null
      readonly until: number | null
    }
  | {readonly kind: 'undo' | 'help' | 'yes' | 'no'}
  | {readonly kind: 'ask'; readonly question: ChatQuestion}
  /** A question that todo5 has no answer to. */
  | {readonly kind: 'unknown'}

/** How a message was understood. */
export interface Understood {
  readonly meaning: Meaning
  /** 1: it can be meant in no other way. Less: read by a documented rule, and `alternatives` are the others. */
  readonly confidence: number
  /** What to write instead, each a whole message. */
  readonly alternatives: readonly Choice[]
}
