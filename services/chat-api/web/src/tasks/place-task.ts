import type {TaskListResponse, TaskResponse} from '../../../../contracts/tasks.ts'
import {type ListQuery, belongs, compareTasks} from './task-order.ts'

/** The pages of a list that were read. */
export interface Pages {
  readonly pages: readonly TaskListResponse[]
  readonly pageParams: readonly unknown[]
}

/**
 * The list with a task as it is now: put in, moved, changed or taken out, without reading the list again. What is known
 * in a later version stays. What lies behind the last page that was read comes with its page.
 */
export function placeTask<P extends Pages>(list: P, query: ListQuery, task: TaskResponse, now: number): P {
  const known = list.pages.flatMap(({tasks}) => tasks).find(({id}) => id === task.id)
  if (known && known.version > task.version) return list
  const without = known ? removeTask(list, task.id) : list
  if (!belongs(task, query, now)) return without
  const {pages} = without
  const isAfter = (other: TaskResponse): boolean => compareTasks(other, task, query.view) > 0
  let place = pages.findIndex(({tasks}) => tasks.some(isAfter))
  if (place === -1) {
    const last = pages.at(-1)
    if (!last || last.next_cursor !== null) return without
    place = pages.length - 1
  }
  const tasks = [...pages[place]!.tasks]
  const before = tasks.findIndex(isAfter)
  tasks.splice(before === -1 ? tasks.length : before, 0, task)
  return {...without, pages: pages.with(place, {...pages[place]!, tasks})}
}

/** The list without a task; the same one when it was not there. */
export function removeTask<P extends Pages>(list: P, id: number): P {
  const place = list.pages.findIndex(({tasks}) => tasks.some((task) => task.id === id))
  if (place === -1) return list
  const page = list.pages[place]!
  const tasks = page.tasks.filter((task) => task.id !== id)
  return {...list, pages: list.pages.with(place, {...page, tasks})}
}
