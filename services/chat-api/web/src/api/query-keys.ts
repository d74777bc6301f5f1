/** What is read of the API, by which a change says what is to be read again. */
export const keys = {
  profile: ['profile'],
  /** Every list of tasks, every task, every series: what a change of a task can touch. */
  tasks: ['tasks'],
  list: (query: object) => ['tasks', 'list', query],
  task: (id: number) => ['tasks', 'task', id],
  series: (id: number) => ['tasks', 'series', id],
  history: (id: number) => ['tasks', 'history', id],
  reminders: (id: number) => ['tasks', 'reminders', id],
  keys: ['keys'],
  sessions: ['sessions'],
  webhook: ['webhook'],
  devices: ['devices'],
  threads: ['threads'],
  status: ['status'],
} as const
