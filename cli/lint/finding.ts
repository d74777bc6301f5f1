/** `error`: Dapr does not load it, or something is lost. `warning`: it works, and surprises. */
export type Severity = 'error' | 'warning'

export interface Finding {
  readonly file: string
  /** From 1. */
  readonly line: number
  readonly column: number
  readonly severity: Severity
  /** Name of the rule, for `--ignore`. */
  readonly rule: string
  readonly message: string
  readonly hint: string
}
