import {formatInstant} from '../../../../contracts/instant.ts'
import type {Choices} from './choices.ts'
import type {Outcome} from './outcome.ts'

/** Of PATCH /tasks/{id}. */
export interface RuleChange {
  readonly recurring_pattern?: string | null
  readonly due_at?: string
  readonly due_has_time?: boolean
  readonly anchor?: 'due' | 'completion'
  readonly catch_up?: 'once' | 'each'
}

interface State {
  readonly choices: Choices
  readonly outcome: Outcome
}

/** What is to be sent; null when nothing was changed. A new rule goes with its first date, from which it counts. */
export function changeOfRule(before: State, after: State): RuleChange | null {
  const {pattern, dueAt, hasTime} = after.outcome
  if (pattern === null) return before.outcome.pattern === null ? null : {recurring_pattern: null}
  const sameRule = pattern === before.outcome.pattern && dueAt === before.outcome.dueAt
  const ways = {
    ...(after.choices.anchor !== before.choices.anchor && {anchor: after.choices.anchor}),
    ...(after.choices.catchUp !== before.choices.catchUp && {catch_up: after.choices.catchUp}),
  }
  if (sameRule && Object.keys(ways).length === 0) return null
  if (sameRule) return {...ways, ...(ways.anchor && {recurring_pattern: pattern})}
  return {
    recurring_pattern: pattern,
    ...(dueAt !== null && {due_at: formatInstant(new Date(dueAt)), due_has_time: hasTime}),
    ...ways,
  }
}
