import type {BatchOperation, BatchResult} from '../../contracts/batch.ts'
import type {Transaction} from '../../database/database.ts'
import {lockChains, lockRows} from '../../database/statements/lock-rows.ts'
import {DomainError} from '../../domain/errors.ts'
import {type KeyedWrite, idempotently, nothingFirst} from '../idempotent.ts'
import type {BatchContext} from './change-each.ts'
import {newBatchScope, performOperation} from './perform-operation.ts'

/** Makes all changes of a batch in one transaction, or none: the first that is refused refuses all, with its place. */
export async function changeTogether(
  {database, record}: BatchContext,
  write: KeyedWrite,
  operations: readonly BatchOperation[],
): Promise<BatchResult[]> {
  const {userId} = write
  const scope = newBatchScope(write)
  const answer = await database.asUser(userId, async (tx) =>
    idempotently(tx, write, {
      first: nothingFirst,
      work: async () => {
        await lockAll(tx, operations)
        const results: BatchResult[] = []
        for (const [index, operation] of operations.entries()) {
          try {
            results.push(await performOperation(tx, record, scope, operation))
          } catch (error) {
            throw error instanceof DomainError ? refusedAt(index, error) : error
          }
        }
        return {status: 200, body: results}
      },
    }),
  )
  return (answer.body as BatchResult[]).map((result) => ({...result, replayed: answer.replayed ?? false}))
}

/** In the order that everything keeps, whatever the order of the operations: all series, then all tasks. */
async function lockAll(tx: Transaction, operations: readonly BatchOperation[]): Promise<void> {
  const ids = [...new Set(operations.flatMap((operation) => ('id' in operation ? [operation.id] : [])))]
  const chains = await lockChains(tx, ids)
  await lockRows(tx, ids, [...chains.keys()])
}

const refusedAt = (index: number, error: DomainError): DomainError =>
  new DomainError(error.kind, error.code, error.message, {
    ...(error.hint === undefined ? {} : {hint: error.hint}),
    faults: error.faults.map((fault) => ({...fault, field: `operations[${index}].${fault.field}`})),
    details: {...error.details, index},
    ...(error.retryAfterSeconds === undefined ? {} : {retryAfterSeconds: error.retryAfterSeconds}),
    cause: error,
  })
