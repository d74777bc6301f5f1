import {randomUUID} from 'node:crypto'
import type {Database} from '../database/database.ts'
import {query} from '../database/query.ts'
import {NEEDED_MIGRATION, assertSchemaFits} from '../database/schema-fit.ts'
import {APPLICATION_VERSION} from './application-version.ts'
import type {Logger} from './logger.ts'
import {periodic} from './periodic.ts'

/** `db rollback` takes a service for running that was seen within 60 s. */
const SEEN_EVERY_MS = 20_000

/**
 * Says in the database which services are running and what they need of the schema, so that nobody takes it away from
 * under them. Start refuses a schema that does not fit.
 */
export function registerServices(options: {database: Database; services: readonly string[]; logger: Logger}): {
  start(): Promise<void>
  stop(): Promise<void>
} {
  const {database, services, logger} = options
  const instance = randomUUID()
  const note = async (): Promise<void> => {
    await database.acrossUsers(async (tx) =>
      query(
        tx,
        `insert into todo.running_services (service, instance, application_version, needs_migration)
         select service, $2, $3, $4 from unnest($1::text[]) as s (service)
         on conflict (service, instance) do update set seen_at = clock_timestamp()`,
        [services, instance, APPLICATION_VERSION, NEEDED_MIGRATION],
      ),
    )
  }
  const heartbeat = periodic({
    name: 'registration of services',
    logger,
    idleMs: SEEN_EVERY_MS,
    work: async () => {
      await note()
      return 'idle'
    },
  })
  return {
    async start() {
      await database.acrossUsers(async (tx) => assertSchemaFits(tx, APPLICATION_VERSION))
      await note()
      heartbeat.start()
    },
    async stop() {
      await heartbeat.stop()
      await database.acrossUsers(async (tx) =>
        query(tx, 'delete from todo.running_services where instance = $1', [instance]),
      )
    },
  }
}
