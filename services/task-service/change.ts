import {v7 as uuidv7} from 'uuid'
import type {Transaction} from '../database/database.ts'
import type {Task} from '../database/entities/task.ts'
import {enqueueEvents} from '../database/statements/enqueue-events.ts'
import type {EventPayload, EventType} from '../domain/events/event-types.ts'
import {type NewEvent, newEvent} from '../domain/events/new-event.ts'
import {currentTraceparent} from '../runtime/tracing.ts'

/** Collects the events of one change; they go to the outbox at its end, when the rows are locked and written. */
export class Change {
  readonly #events: NewEvent[] = []

  add<T extends EventType>(type: T, task: Task, payload: EventPayload<T>): void {
    this.#events.push(
      newEvent(type, {eventId: uuidv7(), at: new Date(), userId: task.user_id, taskId: task.id, payload}),
    )
  }

  async publish(tx: Transaction): Promise<void> {
    await enqueueEvents(tx, this.#events, currentTraceparent())
  }
}

/** What every event of an occurrence says about its place in the series. */
export const placeInSeries = (task: Task): {series_id: number | null; occurrence_at: string | null} => ({
  series_id: task.series_id ?? null,
  occurrence_at: task.occurrence_at?.toISOString() ?? null,
})
