import {clusterFlags} from './cluster-flags.ts'
import {databaseFlags} from './flags.ts'
import {streamFlags} from './kafka-flags.ts'

/** Whose outbox: it is in the database. */
export const outboxFlags = {
  target: streamFlags.target,
  'database-url': databaseFlags['database-url'],
  ...clusterFlags,
}
