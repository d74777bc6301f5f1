/** One way to answer: what it means, and what to give in place of the text that was not clear. */
export interface ToolChoice {
  readonly means: string
  readonly write: string
}

/** A tool needs an answer from a person before it does anything. */
export class ToolQuestion extends Error {
  override readonly name = 'ToolQuestion'
  /** Such as `ambiguous_date`, or `confirmation_required`. */
  readonly code: string
  /** The input that the answer goes into. */
  readonly field: string
  readonly choices: readonly ToolChoice[]
  readonly hint: string

  constructor(question: {code: string; text: string; field: string; choices: readonly ToolChoice[]; hint: string}) {
    super(question.text)
    this.code = question.code
    this.field = question.field
    this.choices = question.choices
    this.hint = question.hint
  }
}
