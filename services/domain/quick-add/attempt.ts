import {DomainError} from '../errors.ts'
import {type DueContext, type ParsedDue, readDate} from '../dates/read-date.ts'

/** What a text is as a due date, or the error that says why it is none. */
export function attempt(text: string, context: DueContext): ParsedDue | DomainError {
  try {
    const due = readDate(text, context)
    return due ?? new DomainError('invalid', 'invalid_date', `"${text}" is no date that todo5 understands.`)
  } catch (error) {
    if (error instanceof DomainError) return error
    throw error
  }
}
