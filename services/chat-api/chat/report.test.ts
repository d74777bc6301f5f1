import {expect, test} from 'vitest'
import {CONTEXT} from '../../domain/chat/testing/outcome.ts'
import {report} from './report.ts'

const listed = (input: Readonly<Record<string, unknown>>): string =>
  report(
    [{name: 'list_tasks', input, result: {content: [], structuredContent: {tasks: [], next_cursor: null}}}],
    CONTEXT,
  ).text

test.each([
  [{due_from: '2026-11-20', due_until: '2026-11-20'}, 'No tasks due today.'],
  [{due_from: '2026-11-19', due_until: '2026-11-19'}, 'No tasks due yesterday.'],
  [{due_until: '2026-11-21'}, 'No tasks due by tomorrow.'],
  [{due_from: '2026-11-23', due_until: '2026-11-29'}, 'No tasks due Mon 23 Nov 2026 to Sun 29 Nov 2026.'],
  [{due_until: 'next monday', tag: 'home'}, 'No tasks due by next monday with #home.'],
  [{due_until: '2026-99-99'}, 'No tasks due by 2026-99-99.'],
  [{view: 'overdue', priority: 3, search: 'rent'}, 'No tasks overdue with high priority about "rent".'],
])('what was listed is said in words: %j', (input, said) => {
  expect(listed(input)).toBe(said)
})
