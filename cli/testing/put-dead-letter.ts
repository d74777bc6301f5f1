import type {Envelope} from '../../services/domain/events/envelope.ts'
import type {MemoryEventStream} from '../../services/ports/testing/memory-event-stream.ts'
import {NOW} from './run-cli.ts'

const MINUTE = 60_000
export const ANNA = '018f0000-0000-7000-8000-00000000000a'
export const BEN = '018f0000-0000-7000-8000-00000000000b'

/** A task.completed of Anna; its id and its task have this number. */
export const event = (number: number, changes: Partial<Envelope> = {}): Envelope => ({
  event_id: `019aa000-0000-7000-8000-0000000000${String(number).padStart(2, '0')}`,
  event_type: 'task.completed',
  event_version: '1.0',
  timestamp: '2026-11-20T08:00:00.000Z',
  user_id: ANNA,
  task_id: number,
  payload: {task_version: 2, series_id: null, occurrence_at: null, completed_at: '2026-11-20T08:00:00Z'},
  ...changes,
})

interface LetterFacts {
  readonly consumer?: string
  readonly code?: string
  readonly reason?: string
  readonly minutesAgo?: number
  readonly topic?: string
  readonly replayed?: number
}

/** Puts a dead letter there as a consumer writes it; its id. */
export function put(stream: MemoryEventStream, original: unknown, letter: LetterFacts = {}): string {
  const {consumer = 'audit-service', code = 'handler_failed', minutesAgo = 10, topic = 'task-events'} = letter
  const at = NOW - minutesAgo * MINUTE
  const {partition, offset} = stream.put({
    topic: `${topic}-dlq`,
    key: (original as Partial<Envelope> | null)?.user_id ?? 'a0000000-0000-5000-8000-000000000000',
    at,
    source: 'urn:todo5:installation:1',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    event: {
      dead_letter: {
        topic,
        consumer,
        code,
        reason: letter.reason ?? 'failed 10 times: no such series',
        at: new Date(at).toISOString(),
        replay_count: letter.replayed ?? 0,
      },
      original,
    },
  })
  return `${topic}/${partition}/${offset}`
}
