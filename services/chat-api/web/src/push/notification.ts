import {dueWords} from '../time/day-words.ts'

/** As todo5 pushes it (services/notification-service/channels/push.ts). */
interface Pushed {
  readonly tag: string
  readonly tasks: readonly {id: number; title: string; due_at: string | null; due_has_time: boolean}[]
  /** How many tasks are not named. */
  readonly more: number
}

export interface Shown {
  readonly title: string
  readonly body: string
  /** Two messages of one tag are one notification. */
  readonly tag: string
  /** Where a press leads. */
  readonly path: string
}

/** What is shown of a push; also of one that cannot be read, for a browser wants something to be shown of each. */
export function notificationOf(text: string | undefined, zone: string, now: number): Shown {
  const pushed = read(text)
  const [task, ...others] = pushed?.tasks ?? []
  if (!pushed || !task) return {title: 'A reminder came', body: 'Open todo5 to see it.', tag: 'todo5', path: '/'}
  const {tag, more} = pushed
  if (others.length === 0 && more === 0)
    return {title: task.title, body: dueText(task, zone, now), tag, path: `/tasks/${task.id}`}
  const titles = pushed.tasks.map(({title}) => title)
  const lines = more === 0 ? titles : [...titles, `and ${more} more`]
  return {title: `${pushed.tasks.length + more} reminders`, body: lines.join('\n'), tag, path: '/'}
}

function dueText({due_at: at, due_has_time: hasTime}: Pushed['tasks'][number], zone: string, now: number): string {
  if (at === null) return ''
  const {text, isLate} = dueWords({at: Date.parse(at), hasTime}, zone, now)
  return isLate ? text : `Due ${text}`
}

function read(text: string | undefined): Pushed | undefined {
  try {
    const value = JSON.parse(text ?? '') as Partial<Pushed> | null
    const isWhole = Array.isArray(value?.tasks) && typeof value.tag === 'string' && typeof value.more === 'number'
    return isWhole ? (value as Pushed) : undefined
  } catch {
    // Of another version of todo5, or of nobody that we know.
    return undefined
  }
}
