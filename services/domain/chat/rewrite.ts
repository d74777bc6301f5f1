import {type WallTime, wallTime, type Zone} from '../dates/zone.ts'
import type {Meaning} from './meaning.ts'

/** What is understood of a message that names tasks. */
export type Change = Extract<Meaning, {tasks: unknown}>

const two = (number: number): string => String(number).padStart(2, '0')
const dayText = ({year, month, day}: WallTime): string => `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`

/** An instant (ms) as every reader of dates takes it, on the clock of the zone: `2026-11-27 09:00`, or the day alone. */
export function whenText(at: number, hasTime: boolean, zone: Zone): string {
  const wall = wallTime(at, zone)
  return `${dayText(wall)}${hasTime ? ` ${two(wall.hour)}:${two(wall.minute)}` : ''}`
}

/** The same message about the task of this number, as somebody could type it. */
export function rewrittenFor(change: Change, id: number, zone: Zone): string {
  switch (change.kind) {
    case 'show':
      return `show #${id}`
    case 'complete':
      return `done #${id}`
    case 'reopen':
      return `reopen #${id}`
    case 'skip':
      return `skip #${id}${change.until === null ? '' : ` until ${whenText(change.until, false, zone)}`}`
    case 'delete':
      return deletion(id, change.scope)
    case 'move':
      return `move #${id} to ${whenText(change.to.at, change.to.hasTime, zone)}`
    case 'rename':
      return `rename #${id} to ${change.title}`
    case 'prioritise':
      return `make #${id} ${['no', 'low', 'medium', 'high'][change.priority]!} priority`
    case 'snooze':
      return change.forSeconds === null
        ? `snooze #${id} until ${whenText(change.until!, true, zone)}`
        : `snooze #${id} for ${change.forSeconds} seconds`
  }
}

/** How much of a series goes, in words that are understood. */
export function deletion(id: number, scope: 'this' | 'following' | 'all' | null): string {
  if (scope === 'following') return `delete #${id} and all following`
  if (scope === 'all') return `delete the whole series of #${id}`
  return `delete #${id}${scope === 'this' ? ' only this one' : ''}`
}
