import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {dueDate} from '../time/day-words.ts'

const PRIORITIES = ['none', 'low', 'medium', 'high']
const tagsOf = ({tags}: TaskResponse): string => tags.map((tag) => `#${tag}`).join(' ') || 'none'

/** What is different now, for a person: `due Tue 24 Nov, 09:00 → Wed 25 Nov, 09:00`. */
export function changedMeanwhile(before: TaskResponse, now: TaskResponse, zone: string, at: number): string {
  if (now.deleted_at !== null) return 'it was deleted'
  if (now.completed_at !== null && before.completed_at === null) return 'it is done already'
  if (now.skipped_at !== null && before.skipped_at === null) return 'it was skipped'
  const due = ({due_at: dueAt, due_has_time: hasTime}: TaskResponse): string =>
    dueAt === null ? 'none' : dueDate({at: Date.parse(dueAt), hasTime}, zone, at)
  const parts = [
    ...(before.title === now.title ? [] : [`now called ${now.title}`]),
    ...(before.due_at === now.due_at ? [] : [`due ${due(before)} → ${due(now)}`]),
    ...(before.recurring_pattern === now.recurring_pattern ? [] : ['another rule']),
    ...(before.priority === now.priority
      ? []
      : [`priority ${PRIORITIES[before.priority]} → ${PRIORITIES[now.priority]}`]),
    ...(tagsOf(before) === tagsOf(now) ? [] : [`tags ${tagsOf(before)} → ${tagsOf(now)}`]),
    ...(before.description === now.description ? [] : ['another note']),
  ]
  return parts.length === 0 ? 'something of it is different' : parts.join(', ')
}
