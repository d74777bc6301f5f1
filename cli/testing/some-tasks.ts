import type {FakeApi} from './fake-api.ts'
import {PLANTS} from './use-fake-api.ts'

/** One that is late and repeats, one that is due today, one with tags, one with a wide title, one without a date. */
export function addSomeTasks({store}: FakeApi): void {
  store.create({
    title: 'Send timesheet',
    priority: 3,
    due_at: '2026-11-18T16:00:00Z',
    recurring_pattern: 'FREQ=WEEKLY',
    reminders: [{offset_seconds: 3600}],
  })
  store.create({
    title: 'Backup check',
    tags: ['ops'],
    due_at: '2026-11-20T16:00:00Z',
    recurring_pattern: 'FREQ=DAILY;COUNT=3',
  })
  store.create(PLANTS)
  store.create({
    title: 'Buy 牛乳 🥛 and bread for the whole long weekend with the neighbours',
    due_at: '2026-12-24T22:59:59Z',
    due_has_time: false,
  })
  store.create({title: 'Buy stamps'})
}
