import type {RecurrenceCheckResponse, RecurrenceDifference} from '../../services/contracts/recurrence-check.ts'
import type {TaskApi} from '../client/task-api.ts'

const PAGE = 1000

export interface RecurrenceCheck {
  readonly checked: number
  readonly differences: readonly RecurrenceDifference[]
}

/** Compares the stored next occurrence of every series with the engine, page by page; with `repair` puts right what differs. */
export async function checkRecurrence(api: TaskApi, repair: boolean): Promise<RecurrenceCheck> {
  const differences: RecurrenceDifference[] = []
  let checked = 0
  let after: number | null = 0
  while (after !== null) {
    const page: RecurrenceCheckResponse = await api.checkRecurrence({after, limit: PAGE}, repair)
    checked += page.checked
    differences.push(...page.differences)
    after = page.next_after
  }
  return {checked, differences}
}

/** What is still wrong afterwards. */
export const unresolved = ({differences}: RecurrenceCheck): readonly RecurrenceDifference[] =>
  differences.filter((difference) => !difference.repaired)
