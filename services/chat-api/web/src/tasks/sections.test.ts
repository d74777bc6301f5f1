import {describe, expect, test, vi} from 'vitest'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import type {HeldRow} from './held-rows.ts'
import {type Item, type ListParts, itemsOf} from './sections.ts'
import {someTask} from '../../../../contracts/testing/some-task.ts'

const parts = (fields: Partial<ListParts>): ListParts => ({
  tasks: [],
  held: new Map(),
  coming: [],
  view: 'open',
  zone: 'Europe/Berlin',
  now: Date.parse('2026-11-22T10:30:00Z'),
  ...fields,
})

const written = (items: readonly Item[]): string[] =>
  items.map((item) => {
    if (item.kind === 'head') return `# ${item.name} ${item.detail}`.trimEnd()
    if (item.kind === 'now') return `— ${item.time}`
    if (item.kind === 'coming') return `(${item.task.title})`
    return `${item.place} ${item.task.title}`
  })

const due = (id: number, due_at: string | null, fields: Partial<TaskResponse> = {}) => someTask({id, due_at, ...fields})
const late = due(1, '2026-11-20T09:00:00Z', {title: 'late'})
const passed = due(2, '2026-11-22T09:00:00Z', {title: 'passed'})
const soon = due(3, '2026-11-22T16:00:00Z', {title: 'soon'})
const tomorrow = due(4, '2026-11-22T23:30:00Z', {title: 'tomorrow'})
const later = due(5, '2026-11-26T09:00:00Z', {title: 'later'})
const someday = due(6, null, {title: 'someday'})

describe('the lines of a list', () => {
  test('overdue, today with a line at now, the days, someday', () => {
    expect(written(itemsOf(parts({tasks: [late, passed, soon, tomorrow, later, someday]})))).toEqual([
      '# Overdue',
      '1 late',
      '# Today Sun 22 Nov',
      '2 passed',
      '— 11:30',
      '3 soon',
      '# Tomorrow Mon 23 Nov',
      '4 tomorrow',
      '# Thursday 26 Nov',
      '5 later',
      '# Someday without a date',
      '6 someday',
    ])
  })

  test('no line at now when nothing of today has passed, or nothing is to come', () => {
    expect(written(itemsOf(parts({tasks: [soon]})))).toEqual(['# Today Sun 22 Nov', '1 soon'])
    expect(written(itemsOf(parts({tasks: [passed, tomorrow]})))).not.toContain('— 11:30')
  })

  test('done ones by the day on which they were done', () => {
    const done = someTask({id: 7, title: 'done', due_at: later.due_at, completed_at: '2026-11-21T23:30:00Z'})
    expect(written(itemsOf(parts({tasks: [done], view: 'done'})))).toEqual(['# Today Sun 22 Nov', '1 done'])
  })

  test('dates that will come stand among the tasks of their day', () => {
    const coming = [
      {task: soon, at: Date.parse('2026-11-26T08:00:00Z')},
      {task: soon, at: Date.parse('2026-11-27T08:00:00Z')},
    ]
    expect(written(itemsOf(parts({tasks: [later], coming})))).toEqual([
      '# Thursday 26 Nov',
      '(soon)',
      '1 later',
      '# Friday 27 Nov',
      '(soon)',
    ])
  })

  test('a row that is held stays in its place, and what it shows is nowhere else', () => {
    const next = due(8, '2026-11-29T09:00:00Z', {title: 'next'})
    const row: HeldRow = {original: late, shown: next, phase: 'next', verb: 'Done'}
    const items = itemsOf(parts({tasks: [soon, next], held: new Map([[late.id, row]])}))
    expect(written(items)).toEqual(['# Overdue', '1 next', '# Today Sun 22 Nov', '2 soon'])
    expect(items[1]).toMatchObject({key: 'task 1', held: row})
  })

  test('ten thousand tasks, without asking the calendar for each anew', () => {
    const start = Date.parse('2026-11-22T11:00:00Z')
    const tasks = Array.from({length: 10_000}, (_, id) => due(id + 1, new Date(start + id * 600_000).toISOString()))
    const asked = vi.spyOn(Intl, 'DateTimeFormat')
    expect(itemsOf(parts({tasks})).filter(({kind}) => kind === 'task')).toHaveLength(10_000)
    expect(asked.mock.calls.length).toBeLessThan(100)
    asked.mockRestore()
  })
})
