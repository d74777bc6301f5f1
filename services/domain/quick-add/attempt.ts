import {DomainError} from '../errors.ts'
import {invalidDate, outOfYears} from '../dates/invalid-date.ts'
import {type DueContext, isInYears, type ParsedDue, readDate} from '../dates/read-date.ts'

/** What a text is as a due date, or the error that says why it is none. */
export function attempt(text: string, context: DueContext): ParsedDue | DomainError {
  try {
    const due = readDate(text, context) ?? invalidDate(text)
    return !('at' in due) || isInYears(due.at) ? due : outOfYears(text)
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
}
