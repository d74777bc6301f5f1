import type {Database} from '../database/database.ts'
import {inStep} from './tracing.ts'

/** Shows each transaction of a request, event or job as a span. */
export function tracedDatabase(database: Database): Database {
  const step = async <T>(work: () => Promise<T>): Promise<T> =>
    inStep('database transaction', {kind: 'client', attributes: {'db.system.name': 'postgresql'}}, work)
  return {
    asUser: async (userId, work) => step(async () => database.asUser(userId, work)),
    readAsUser: async (userId, work) => step(async () => database.readAsUser(userId, work)),
    asUsers: async (userIds, work) => step(async () => database.asUsers(userIds, work)),
    acrossUsers: async (work) => step(async () => database.acrossUsers(work)),
    connections: () => database.connections(),
    close: async () => database.close(),
  }
}
