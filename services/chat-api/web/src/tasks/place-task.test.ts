import {describe, expect, test} from 'vitest'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {placeTask, removeTask} from './place-task.ts'
import {type ListQuery, belongs} from './task-order.ts'
import {someTask} from '../../../../contracts/testing/some-task.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const day = (date: number): string => `2026-11-${date}T09:00:00Z`
const open: ListQuery = {view: 'open'}

const list = (next: string | null, ...pages: TaskResponse[][]) => ({
  pages: pages.map((tasks, place) => ({tasks, next_cursor: place === pages.length - 1 ? next : `${place}`})),
  pageParams: pages.map(() => undefined),
})
const ids = ({pages}: {pages: readonly {tasks: readonly {id: number}[]}[]}) =>
  pages.map(({tasks}) => tasks.map(({id}) => id))

const one = someTask({id: 1, due_at: day(23)})
const two = someTask({id: 2, due_at: day(25)})
const three = someTask({id: 3, due_at: day(27)})

describe('a task that changed finds its place', () => {
  test.each([
    ['before all', day(20), [[9, 1, 2], [3]]],
    ['between', day(24), [[1, 9, 2], [3]]],
    [
      'at the edge of two pages',
      day(26),
      [
        [1, 2],
        [9, 3],
      ],
    ],
    [
      'behind the last page, which is the end',
      day(28),
      [
        [1, 2],
        [3, 9],
      ],
    ],
    [
      'without a date',
      null,
      [
        [1, 2],
        [3, 9],
      ],
    ],
  ])('%s', (_, due_at, expected) => {
    expect(ids(placeTask(list(null, [one, two], [three]), open, someTask({id: 9, due_at}), now))).toEqual(expected)
  })

  test('not when it lies behind what was read', () => {
    const pages = list('more', [one, two], [three])
    expect(placeTask(pages, open, someTask({id: 9, due_at: day(28)}), now)).toBe(pages)
  })

  test('in an empty list', () => {
    expect(ids(placeTask(list(null, []), open, one, now))).toEqual([[1]])
  })

  test('moved, changed, taken out; an older version changes nothing', () => {
    const pages = list(null, [one, two], [three])
    expect(ids(placeTask(pages, open, {...one, version: 2, due_at: day(26)}, now))).toEqual([[2], [1, 3]])
    const renamed = placeTask(pages, open, {...two, version: 2, title: 'Renamed'}, now)
    expect(renamed.pages.flatMap(({tasks}) => tasks).map(({title}) => title)).toContain('Renamed')
    expect(ids(placeTask(pages, open, {...two, version: 2, completed_at: day(22)}, now))).toEqual([[1], [3]])
    expect(placeTask(renamed, open, two, now)).toBe(renamed)
    expect(removeTask(pages, 99)).toBe(pages)
  })

  test('done ones newest first', () => {
    const done = (id: number, date: number) => someTask({id, version: 2, completed_at: day(date)})
    expect(ids(placeTask(list(null, [done(1, 21), done(2, 19)]), {view: 'done'}, done(3, 20), now))).toEqual([
      [1, 3, 2],
    ])
  })
})

describe('which list has a task', () => {
  const task = someTask({id: 1, due_at: day(22), tags: ['home'], priority: 2, title: 'Pay Rent', series_id: 4})
  test.each<[ListQuery, boolean]>([
    [{view: 'open'}, true],
    [{view: 'overdue'}, true],
    [{view: 'upcoming'}, false],
    [{view: 'recurring'}, true],
    [{view: 'done'}, false],
    [{view: 'all'}, true],
    [{view: 'open', tag: 'home'}, true],
    [{view: 'open', tag: 'work'}, false],
    [{view: 'open', priority: 2}, true],
    [{view: 'open', priority: 0}, false],
    [{view: 'open', search: 'rent'}, true],
    [{view: 'open', search: 'rents'}, false],
    [{view: 'open', due_until: day(22)}, false],
    [{view: 'open', due_from: day(22), due_until: day(23)}, true],
  ])('%o: %s', (query, expected) => {
    expect(belongs(task, query, now)).toBe(expected)
    expect(belongs({...task, deleted_at: day(22)}, query, now)).toBe(false)
  })
})
