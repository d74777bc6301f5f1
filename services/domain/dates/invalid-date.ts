import {DomainError} from '../errors.ts'

const EXAMPLES = 'examples: "tomorrow 9am", friday, "1 dec 17:30", 2026-12-01, 2026-12-01T09:00Z, "in 2 hours", 3d'

/** `why` goes on after what is quoted: `: there is no such day`. */
export const invalidDate = (text: string, why = ''): DomainError =>
  new DomainError('invalid', 'invalid_date', `"${text}" is no date that todo5 understands${why}.`, {hint: EXAMPLES})

export const outOfYears = (text: string): DomainError =>
  new DomainError('invalid', 'invalid_date', `"${text}" is not between the years 1970 and 9999.`, {hint: EXAMPLES})

/** `ways` completes `"3/4" can be read …`; `instead` says what to write. */
export const ambiguousDate = (text: string, ways: string, instead: string): DomainError =>
  new DomainError('invalid', 'ambiguous_date', `"${text}" can be read ${ways}.`, {hint: instead})
