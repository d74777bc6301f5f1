import {spelledOut} from './date-words.ts'

export interface TimeOfDay {
  readonly hour: number
  readonly minute: number
  /** An hour of 1 to 11 that nothing calls morning or evening, not even a zero before it: the 24-hour reading is taken. */
  readonly bare: boolean
}

export const NAMED_HOURS: ReadonlyMap<string, number> = new Map([
  ['noon', 12],
  ['midday', 12],
  ['midnight', 0],
  ['morning', 9],
  ['afternoon', 15],
  ['evening', 18],
  ['night', 21],
])

const CLOCK =
  /^(?:at )?(?<past>half past |quarter past |quarter to )?(?<hour>\d{1,2})(?:[:.h](?<minute>\d\d)(?::\d\d)?)?(?: ?h| ?o'?clock)?(?: ?(?<half>[ap])\.?m\.?)?(?: (?:in the (?<part>morning|afternoon|evening)|at night))?$/iu

/**
 * `9`, `9am`, `9:30`, `17h`, `noon`, `half past four`, `7 in the evening`. Hours are of 24 unless something says which
 * half of the day; `evening` says so beforehand. Undefined when it is something else.
 */
export function readClock(text: string, evening = false): TimeOfDay | undefined {
  const word = spelledOut(text.toLowerCase().replace(/^(at )?(in the |the )?/u, ''))
  const named = NAMED_HOURS.get(word)
  if (named !== undefined) return {hour: named, minute: 0, bare: false}
  const groups = CLOCK.exec(word)?.groups
  if (!groups) return undefined
  let hour = Number(groups['hour'])
  // Two at night is no afternoon.
  const late = groups['part'] === undefined ? word.endsWith(' at night') && hour > 5 : groups['part'] !== 'morning'
  let minute = Number(groups['minute'] ?? 0)
  if (groups['past'] !== undefined) {
    if (groups['minute'] !== undefined) return undefined
    minute = groups['past'].startsWith('half') ? 30 : 15
  }
  const said = groups['half']?.toLowerCase() ?? (groups['part'] === 'morning' ? 'a' : undefined)
  const half = said ?? ((late || evening) && hour >= 1 && hour < 12 ? 'p' : undefined)
  if (minute > 59 || hour > (said === undefined ? 23 : 12) || (groups['half'] !== undefined && hour === 0))
    return undefined
  const bare =
    half === undefined && !word.endsWith(' at night') && hour >= 1 && hour < 12 && !groups['hour']!.startsWith('0')
  if (half !== undefined) hour = (hour % 12) + (half === 'p' ? 12 : 0)
  if (groups['past']?.startsWith('quarter to')) {
    hour = (hour + 23) % 24
    minute = 45
  }
  return {hour, minute, bare}
}
