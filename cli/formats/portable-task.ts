import type {ReminderInput} from '../../services/contracts/tasks.ts'
import type {ParsedDue} from '../../services/domain/dates/read-date.ts'
import type {Zone} from '../../services/domain/dates/zone.ts'

/** How a task repeats, as the HTTP API takes it. */
export interface PortableSeries {
  /** Canonical RRULE in UTC; a COUNT counts from this task on. */
  readonly pattern: string
  /** The end that stands beside the rule, ms since the epoch. */
  readonly until: number | null
  readonly anchor: 'due' | 'completion'
  readonly catchUp: 'once' | 'each'
}

/** One task between two programs: what todo5 can keep of it. */
export interface PortableTask {
  readonly title: string
  readonly description: string
  /** 0 none, 1 low, 2 medium, 3 high. */
  readonly priority: number
  readonly tags: readonly string[]
  /** Of one in a series the date that its rule gave it. */
  readonly due: ParsedDue | null
  /** The due date of this one alone, when it was moved away from that. */
  readonly movedTo: ParsedDue | null
  readonly series: PortableSeries | null
  /** Null: the usual ones. */
  readonly reminders: readonly ReminderInput[] | null
  readonly done: boolean
}

export const EMPTY_TASK: Omit<PortableTask, 'title'> = {
  description: '',
  priority: 0,
  tags: [],
  due: null,
  movedTo: null,
  series: null,
  reminders: null,
  done: false,
}

/** Something that the other side does not keep: `attachments`, because `todo5 keeps none`. */
export interface Loss {
  readonly what: string
  readonly why: string
}

/** A task with what of it gets lost on the way. */
export interface ReadTask extends PortableTask {
  /** Where it stands in the file: `line 3`. */
  readonly place: string
  readonly losses: readonly Loss[]
}

/** A part of a file that is no task. */
export interface Fault {
  readonly place: string
  readonly message: string
}

export interface ReadFile {
  readonly tasks: readonly ReadTask[]
  readonly faults: readonly Fault[]
  /** What was left out on purpose, for the whole file. */
  readonly notes: readonly string[]
}

export interface ReadContext {
  /** In which times without a zone are meant. */
  readonly zone: Zone
  /** ms since the epoch. */
  readonly now: number
}

/** What of a task a format cannot say. */
export interface WrittenLoss extends Loss {
  readonly title: string
}

export interface WrittenFile {
  readonly text: string
  readonly losses: readonly WrittenLoss[]
}

/** Priorities by their number, as people write them. */
export const PRIORITY_NAMES = ['none', 'low', 'medium', 'high'] as const
