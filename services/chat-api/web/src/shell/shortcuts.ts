/** The keys of the app, as the sheet shows them. Single ones can be switched off (WCAG 2.1.4). */
export const SHORTCUTS = [
  {keys: ['q'], does: 'Add a task'},
  {keys: ['j', 'k'], does: 'Next, previous task'},
  {keys: ['Space'], does: 'Done'},
  {keys: ['Enter'], does: 'Open'},
  {keys: ['s'], does: 'Skip this occurrence'},
  {keys: ['z'], does: 'Remind in one hour'},
  {keys: ['t'], does: 'Change when it is due'},
  {keys: ['r'], does: 'Change how it repeats'},
  {keys: ['1', '2', '3', '0'], does: 'Priority low, medium, high, none'},
  {keys: ['Del'], does: 'Delete'},
  {keys: ['u'], does: 'Undo the last change'},
  {keys: ['/'], does: 'Search'},
  {keys: ['c'], does: 'Chat'},
  {keys: ['g t', 'g u', 'g a', 'g s'], does: 'Today, Upcoming, All, Settings'},
  {keys: ['?'], does: 'These keys'},
  {keys: ['Esc'], does: 'Back'},
] as const

type Deed =
  | 'add'
  | 'next'
  | 'previous'
  | 'open'
  | 'skip'
  | 'snooze'
  | 'delete'
  | 'due'
  | 'repeat'
  | 'undo'
  | 'search'
  | 'chat'
  | 'sheet'
  | 'back'

/** What a key asks for. */
export type Wish =
  | {readonly do: Deed}
  | {readonly do: 'priority'; readonly priority: number}
  | {readonly do: 'go'; readonly to: string}

export interface Pressed {
  readonly key: string
  /** Ctrl, Alt or the command key: those belong to the browser and the system. */
  readonly hasModifier: boolean
  /** The focus is where letters are typed, or where the key has a meaning of its own. */
  readonly isTyping: boolean
  /** A task has the focus. */
  readonly isOnTask: boolean
}

const PLACES: Readonly<Record<string, string>> = {t: '/', u: '/upcoming', a: '/all', s: '/settings/account'}
const SIMPLE: Readonly<Record<string, Deed>> = {
  q: 'add',
  j: 'next',
  k: 'previous',
  u: 'undo',
  // Of the row that has the focus, or of the task that is open beside the list.
  t: 'due',
  r: 'repeat',
  '/': 'search',
  c: 'chat',
  '?': 'sheet',
}
const OF_A_TASK: Readonly<Record<string, Deed>> = {
  Enter: 'open',
  s: 'skip',
  z: 'snooze',
  Delete: 'delete',
  Backspace: 'delete',
}
/** Time for the second key after `g`, ms. */
const SECOND_KEY_MS = 1500

/** Reads keys one after the other. */
export class KeyReader {
  #wentAt = -Infinity

  read({key, hasModifier, isTyping, isOnTask}: Pressed, now: number): Wish | undefined {
    const afterG = now - this.#wentAt < SECOND_KEY_MS
    this.#wentAt = -Infinity
    if (key === 'Escape') return {do: 'back'}
    if (hasModifier || isTyping) return undefined
    if (afterG && PLACES[key] !== undefined) return {do: 'go', to: PLACES[key]}
    if (key === 'g') {
      this.#wentAt = now
      return undefined
    }
    const ofATask = OF_A_TASK[key]
    if (isOnTask && ofATask) return {do: ofATask}
    if (isOnTask && /^[0-3]$/u.test(key)) return {do: 'priority', priority: Number(key)}
    const simple = SIMPLE[key]
    return simple ? {do: simple} : undefined
  }
}
