import type {LocalStatus} from '../local-status.ts'
import type {ClockSample} from '../../tools/database-clock.ts'
import {type Check, judgeAll} from './check.ts'
import {checkDatabase} from './database.ts'
import {examineLocalLetters, type StreamSources} from './examine-stream.ts'
import {checkOutbox} from './outbox.ts'
import {checkProcesses} from './processes.ts'
import {checkServices} from './services.ts'

export interface LocalRequest extends StreamSources {
  readonly status: LocalStatus
  /** Of the running todo5; null when none runs. */
  readonly databaseUrl: string | null
  readonly databaseClock: (url: string) => Promise<ClockSample>
}

/** The local target; what does not run cannot be asked more. */
export async function examineLocal(request: LocalRequest): Promise<Check[]> {
  const {status, databaseUrl, databaseClock} = request
  const runs = status.state === 'running' || status.state === 'degraded'
  return await judgeAll('local', {
    processes: () => checkProcesses(status),
    ...(runs && {
      services: () =>
        checkServices(
          status.services.map((health) => ({service: health.service, health})),
          'local',
        ),
      ...(databaseUrl !== null && {database: async () => await checkDatabase(databaseUrl, databaseClock)}),
      outbox: () => checkOutbox(status.outbox ?? undefined),
      dead_letters: async () => await examineLocalLetters(request),
    }),
  })
}
