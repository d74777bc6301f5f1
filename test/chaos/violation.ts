export const VIOLATIONS = [
  'lost',
  'double occurrence',
  'reminder lost',
  'reminder double',
  'reminder early',
  'order',
  'dead letter',
  'unresolved',
] as const
export type ViolationKind = (typeof VIOLATIONS)[number]

/** A promise that was broken. */
export interface Violation {
  readonly kind: ViolationKind
  /** Such as `task 12`, `event 0199…`, `operation 7`. */
  readonly about: string
  readonly found: string
}

export const violation = (kind: ViolationKind, about: string, found: string): Violation => ({kind, about, found})
