import {DomainError} from '../errors.ts'
import {type DueContext, parseDue, type ParsedDue} from './parse-due.ts'
import {instantOf, wallTime} from './zone.ts'

/** What a text says as a date; undefined when it says none. */
export async function dueOrNone(text: string, context: DueContext): Promise<ParsedDue | undefined> {
  try {
    return await parseDue(text, context)
  } catch (error) {
    if (error instanceof DomainError) return undefined
    throw error
  }
}

const two = (number: number): string => String(number).padStart(2, '0')

/**
 * The instant of a day that was typed without a time, at the time of day that `time` (ms) has: "friday" at nine is, on a
 * Friday at ten, the next one, as if it had been typed with the time.
 */
export async function atTimeOfDay(
  text: string,
  day: ParsedDue,
  {time, context}: {time: number; context: DueContext},
): Promise<number> {
  const {hour, minute, second} = wallTime(time, context.zone)
  const typed = await dueOrNone(`${text} ${two(hour)}:${two(minute)}`, context)
  return typed ? typed.at : instantOf({...wallTime(day.at, context.zone), hour, minute, second}, context.zone)
}
