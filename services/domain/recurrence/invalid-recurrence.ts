export type InvalidRecurrenceCode =
  | 'rrule_empty'
  | 'rrule_too_long'
  | 'rrule_syntax'
  | 'rrule_unknown_part'
  | 'rrule_duplicate_part'
  | 'rrule_missing_freq'
  | 'rrule_range'
  | 'rrule_combination'
  | 'rrule_time_zone'
  | 'rrule_cap'
  | 'rrule_never'
  | 'rrule_words'
  | 'rrule_no_utc_form'
  | 'rrule_start'

/**
 * The only error that this folder throws.
 * `position` is the 0-based index into the text as given where the fault begins, `length` how many characters it covers
 * (both 0 when the text as a whole is at fault); `hint` says what would be right.
 */
export class InvalidRecurrence extends Error {
  override readonly name = 'InvalidRecurrence'
  readonly code: InvalidRecurrenceCode
  readonly position: number
  readonly length: number
  readonly hint: string
  /** Patterns of which one was probably meant, where the text can be read in several ways. */
  readonly instead: readonly string[]

  constructor(fault: {
    code: InvalidRecurrenceCode
    message: string
    hint: string
    position?: number
    length?: number
    instead?: readonly string[]
  }) {
    super(fault.message)
    this.code = fault.code
    this.position = fault.position ?? 0
    this.length = fault.length ?? 0
    this.hint = fault.hint
    this.instead = fault.instead ?? []
  }
}
