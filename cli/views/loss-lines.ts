import type {Loss} from '../formats/portable-task.ts'
import {harmlessLine} from '../harmless-text.ts'
import type {Output} from '../output.ts'

export interface LossOf extends Loss {
  readonly title: string
}

const MOST_TITLES = 5

/** What gets lost, each reason once with the tasks that it concerns; to stderr. All of them are in --json. */
export function printLosses(out: Output, losses: readonly LossOf[]): void {
  for (const [, group] of Map.groupBy(losses, ({what, why}) => `${what}\n${why}`)) {
    const {what, why} = group[0]!
    const lost = `${harmlessLine(what)} (${harmlessLine(why)})`
    if (group.length === 1) {
      out.warning(`Not kept of "${shortened(harmlessLine(group[0]!.title))}": ${lost}.`)
      continue
    }
    out.warning(`Not kept of ${group.length} tasks: ${lost}.`)
    for (const {title} of group.slice(0, MOST_TITLES)) out.note(`    ${shortened(harmlessLine(title))}`)
    if (group.length > MOST_TITLES) out.note(`    and ${group.length - MOST_TITLES} more; --json names all`)
  }
}

const shortened = (title: string): string => (title.length > 70 ? `${title.slice(0, 69).trimEnd()}…` : title)
