import {wallTime, zoneOf} from '../../dates/zone.ts'
import type {ListWish, Meaning, Reference} from '../meaning.ts'
import {understand} from '../understand.ts'

export interface ChatCase {
  readonly text: string
  readonly is: string
}

/** Friday 20 November 2026, 10:00 in Berlin. */
export const CONTEXT = {zone: zoneOf('Europe/Berlin'), now: Date.UTC(2026, 10, 20, 9)}

/** How a message is understood, in one line; `~` when it can be meant otherwise. */
export function outcomeOf(text: string): string {
  const {meaning, confidence} = understand(text, CONTEXT)
  return `${meaning.kind}${wordsOf(meaning)}${confidence < 1 ? ' ~' : ''}`
}

function wordsOf(meaning: Meaning): string {
  switch (meaning.kind) {
    case 'add':
    case 'preview':
      return `: ${meaning.text}`
    case 'list':
      return listWords(meaning.list)
    case 'ask': {
      const {text, choices, fill} = meaning.question
      const ways = choices.map(({write}) => write).join(' | ')
      return `: ${text}${ways === '' ? '' : ` [${ways}]`}${fill ? ` <${fill.before}…${fill.after}>` : ''}`
    }
    case 'show':
    case 'complete':
    case 'reopen':
      return ` ${reference(meaning.tasks)}`
    case 'skip':
      return ` ${reference(meaning.tasks)}${meaning.until === null ? '' : ` until ${local(meaning.until)}`}`
    case 'delete':
      return ` ${reference(meaning.tasks)}${meaning.scope === null ? '' : `, ${meaning.scope}`}`
    case 'move':
      return ` ${reference(meaning.tasks)} to ${local(meaning.to.at, meaning.to.hasTime)}`
    case 'rename':
      return ` ${reference(meaning.tasks)} to "${meaning.title}"`
    case 'prioritise':
      return ` ${reference(meaning.tasks)} as ${meaning.priority}`
    case 'snooze': {
      const {tasks, forSeconds, until} = meaning
      return ` ${reference(tasks)} ${forSeconds === null ? `until ${local(until!, true)}` : `for ${forSeconds} s`}`
    }
    case 'undo':
    case 'help':
    case 'yes':
    case 'no':
    case 'unknown':
      return ''
  }
}

function listWords({view, from, until, tag, priority, search, words}: ListWish): string {
  const range = until === undefined ? '' : ` ${from === undefined ? '' : local(from)}..${local(until - 1000)}`
  const filters = [tag && `#${tag}`, priority !== undefined && `!${priority}`, search && `"${search}"`].filter(Boolean)
  return ` ${[view, ...filters].join(' ')}${range}${words === '' ? '' : ` (${words})`}`
}

function reference(tasks: Reference): string {
  switch (tasks.kind) {
    case 'it':
      return 'it'
    case 'all':
      return tasks.count === null ? 'all' : `all ${tasks.count}`
    case 'places':
      return `places ${tasks.places.join(',')}`
    case 'numbers':
      return `numbers ${tasks.numbers.join(',')}`
    case 'ids':
      return `ids ${tasks.ids.join(',')}`
    case 'title':
      return `"${tasks.title}"`
  }
}

const two = (number: number): string => String(number).padStart(2, '0')

function local(at: number, hasTime = false): string {
  const {year, month, day, hour, minute} = wallTime(at, CONTEXT.zone)
  return `${year}-${two(month)}-${two(day)}${hasTime ? ` ${two(hour)}:${two(minute)}` : ''}`
}
