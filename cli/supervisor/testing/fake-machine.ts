import type {LocalState} from '../../../services/contracts/local.ts'
import type {Machine} from '../machine.ts'

/** The state of a local target that runs well. */
export const runningState: LocalState = {
  pid: 4127,
  process_start: 'boot:1',
  phase: 'ready',
  step: 'mailbox',
  version: '1.0.0',
  build: null,
  started_at: '2026-11-21T09:00:00.000Z',
  ready_at: '2026-11-21T09:00:02.000Z',
  api_url: 'http://127.0.0.1:8636/api/v1',
  operations_url: 'http://127.0.0.1:1',
  mailbox_url: 'http://127.0.0.1:8636/mailbox',
  smtp_port: 2525,
  postgres: {pid: 4130, port: 5433},
  postgres_version: '18.4',
  database_url: 'postgres://postgres:secret@127.0.0.1:5433/todo5',
  options: {port: null, database_url: null, smtp_url: null, mail_to: null, notify_command: null, model: null},
}

/** A machine on which nothing runs, but for what a test says. */
export const fakeMachine = (parts: Partial<Machine>): Machine => ({
  makeFolders: async () => await Promise.resolve(),
  hasState: async () => await Promise.resolve(false),
  readState: async () => await Promise.resolve(undefined),
  isAlive: async () => await Promise.resolve(false),
  takeLock: async () => await Promise.resolve({release: () => undefined}),
  findServer: async () => await Promise.resolve({state: 'none', processes: []}),
  hasRemains: async () => await Promise.resolve(false),
  endRemains: async () => await Promise.resolve(),
  removeState: async () => await Promise.resolve(),
  deleteData: async () => await Promise.resolve([]),
  isPortFree: async () => await Promise.resolve(true),
  buildStamp: async () => await Promise.resolve(null),
  logFiles: () => ['/nowhere/todo5.log'],
  data: {
    isThere: async () => await Promise.resolve(false),
    dump: async () => await Promise.reject(new Error('no test dumps this')),
    secrets: async () => await Promise.resolve({}),
    count: async () => await Promise.resolve({tasks: 0, accounts: 0}),
    withDatabase: async () => await Promise.reject(new Error('no test starts this')),
    restore: async () => await Promise.reject(new Error('no test restores this')),
  },
  ...parts,
})
