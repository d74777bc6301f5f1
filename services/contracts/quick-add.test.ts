import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {zoneOf} from '../domain/dates/zone.ts'
import {parseQuickAdd} from '../domain/quick-add/parse-quick-add.ts'
import {taskFields} from '../domain/quick-add/task-fields.ts'
import {newSeries} from '../domain/tasks/new-series.ts'
import {createTaskRequest} from './tasks.ts'

interface Group {
  readonly zone: string
  readonly now: string
  readonly cases: readonly {readonly text: string; readonly ask?: unknown}[]
}

const groups = JSON.parse(
  readFileSync(join(import.meta.dirname, '../domain/quick-add/testing/cases.json'), 'utf8'),
) as readonly Group[]

describe.each(groups)('sentences in $zone at $now that leave nothing open', ({zone, now, cases}) => {
  test.each(cases.filter(({ask}) => ask === undefined))('$text is a request that the API takes', ({text}) => {
    const context = {zone: zoneOf(zone), now: Date.parse(now)}
    const parsed = parseQuickAdd(text, context)
    const fields = taskFields(parsed)
    expect(createTaskRequest.safeParse(fields).error?.issues ?? []).toEqual([])
    const instant = (text: string | undefined): number | null => (text === undefined ? null : Date.parse(text))
    const series =
      fields.recurring_pattern === undefined
        ? null
        : newSeries({
            pattern: fields.recurring_pattern,
            dueAt: instant(fields.due_at),
            endDate: instant(fields.recurring_end_date),
            anchor: fields.anchor ?? 'due',
            catchUp: 'once',
            now: context.now,
          })
    expect(series?.rule).toBe(parsed.recurrence?.value.pattern)
  })
})
