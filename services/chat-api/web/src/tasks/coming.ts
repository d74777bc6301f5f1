import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {comingDates} from '../time/rule-words.ts'
import type {Coming} from './sections.ts'
import {isOpen} from './task-order.ts'

/** Of one series: an hourly one would fill the fortnight alone. */
const MOST_OF_ONE = 15

/** The dates on which series will come, from `from` up to `until` (ms, exclusive), in order. */
export function comingOf(
  tasks: readonly TaskResponse[],
  {from, until}: {readonly from: number; readonly until: number},
): Coming[] {
  return tasks
    .filter(isOpen)
    .flatMap((task) =>
      comingDates(task, until - 1, MOST_OF_ONE)
        .filter((at) => at >= from)
        .map((at) => ({task, at})),
    )
    .toSorted((a, b) => a.at - b.at)
}
