import type {ExportResponse} from '../../services/contracts/export.ts'
import type {FakeTasks} from './fake-tasks.ts'

const text = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')

/** What GET /export says of the tasks. */
export function fakeExport(store: FakeTasks): Omit<ExportResponse, 'account' | 'webhook' | 'devices' | 'calendar'> {
  const {tasks, series} = store.snapshot()
  return {
    version: 1,
    exported_at: text(store.now),
    profile: {
      user_id: '0',
      email: 'ada@example.com',
      name: 'Ada',
      time_zone: 'Europe/Berlin',
      channels: ['email'],
    } as unknown as ExportResponse['profile'],
    series: [...series].map(([id, rule]) => ({
      id,
      rule: rule.rule,
      start_at: text(rule.startAt),
      end_at: rule.endAt === null ? null : text(rule.endAt),
      anchor: rule.anchor,
      catch_up: rule.catchUp,
      excluded_at: rule.excludedAt.map(text),
      count_left: rule.countLeft,
      continued_by: null,
      deleted_at: null,
      created_at: text(store.now),
    })),
    tasks: tasks.map(({reminders: _none, ...task}) => task),
    reminders: tasks.flatMap((task) =>
      task.reminders.map(({id, offset_seconds, reminder_at, channels, nag_every_seconds, state}) => ({
        id,
        task_id: task.id,
        offset_seconds,
        reminder_at,
        channels,
        nag_every_seconds,
        state,
        removed_at: null,
        created_at: text(store.now),
        deliveries: [],
      })),
    ),
    history: [],
    conversations: [],
    complete: true,
  }
}
