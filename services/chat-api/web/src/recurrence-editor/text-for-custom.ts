import {formatRule, InvalidRecurrence} from '../../../../domain/recurrence/index.ts'
import {type Choices, freshChoices} from './choices.ts'
import {ruleOfChoices} from './rule-of-choices.ts'

/** What "Custom" begins with: the rule that is chosen now; weekly when that is none. */
export function textForCustom(choices: Choices, start: number): string {
  if (choices.pattern === 'custom') return choices.text
  try {
    const rule = ruleOfChoices(choices, start) ?? ruleOfChoices({...freshChoices(start), pattern: 'weekly'}, start)
    return rule === null ? '' : formatRule(rule)
  } catch (error) {
    if (error instanceof InvalidRecurrence) return 'FREQ=WEEKLY'
    throw error
  }
}
