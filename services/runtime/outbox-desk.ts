import type {Database} from '../database/database.ts'
import {rememberInstallation} from '../database/installation.ts'
import {assertSchemaFits} from '../database/schema-fit.ts'
import {type RelayLease, type WaitingEvents, relayLease, waitingByTopic} from '../database/statements/relay.ts'
import {sourceOf} from '../domain/events/cloud-event.ts'
import type {EventPublisher} from '../ports/event-publisher.ts'
import {APPLICATION_VERSION} from './application-version.ts'
import {createLogger} from './logger.ts'
import {Metrics} from './metrics.ts'
import {OutboxRelay} from './outbox-relay.ts'

/** The outbox for an operator. */
export interface OutboxDesk {
  /** What waits, with `upTo` only what has this id or a smaller one; and who publishes it. */
  look(upTo: number | null): Promise<{waiting: readonly WaitingEvents[]; lease: RelayLease}>
  /** The CloudEvent source of this installation. */
  source(): Promise<string>
  /** Takes the lease from the relay of the Task Service and publishes in its place, until it is stopped. */
  relay(publisher: EventPublisher, holder: string): Pick<OutboxRelay, 'refusals' | 'stop'>
  close(): Promise<void>
}

export interface OutboxDeskOptions {
  /** Closed with the desk, or when it cannot be opened. */
  readonly database: Database
  /** What the database answers, in words for whoever sits at the desk. */
  readonly explain: (error: unknown) => unknown
}

/** Refuses a schema that does not fit. */
export async function openOutboxDesk({database, explain}: OutboxDeskOptions): Promise<OutboxDesk> {
  const explained = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw explain(error)
    }
  }
  try {
    await explained(async () => database.acrossUsers(async (tx) => assertSchemaFits(tx, APPLICATION_VERSION)))
  } catch (error) {
    await database.close()
    throw error
  }
  const installation = rememberInstallation(database)
  return {
    look: async (upTo) =>
      explained(async () =>
        database.acrossUsers(async (tx) => ({waiting: await waitingByTopic(tx, upTo), lease: await relayLease(tx)})),
      ),
    source: async () => explained(async () => sourceOf(await installation())),
    relay(publisher, holder) {
      // What goes wrong is in `refusals`.
      const logger = createLogger('outbox', 'silent')
      const metrics = new Metrics('outbox')
      const relay = new OutboxRelay({database, publisher, holder, byHand: true, logger, metrics})
      relay.start()
      return relay
    },
    close: async () => database.close(),
  }
}
