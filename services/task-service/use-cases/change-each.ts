import {createHash} from 'node:crypto'
import type {BatchOperation, BatchResult} from '../../contracts/batch.ts'
import type {Database} from '../../database/database.ts'
import type {Logger} from '../../runtime/logger.ts'
import {toProblem} from '../../runtime/problem.ts'
import type {Recorder} from '../change.ts'
import {type KeyedWrite, idempotently, nothingFirst} from '../idempotent.ts'
import {type BatchScope, newBatchScope, performOperation} from './perform-operation.ts'

export interface BatchContext {
  readonly database: Database
  readonly record: Recorder
  readonly logger: Logger
  readonly requestId: string
}

const LONGEST_KEY = 255

/**
 * Makes the changes of a batch one by one, each in a transaction and under a key of its own: one that is refused reports
 * its problem, and the others go on. Repeated after a crash it goes on where it stopped.
 */
export async function changeEach(
  context: BatchContext,
  write: KeyedWrite,
  operations: readonly BatchOperation[],
): Promise<BatchResult[]> {
  const scope = newBatchScope(write)
  const results: BatchResult[] = []
  for (const [place, operation] of operations.entries()) {
    results.push(await changeOne(context, {...write, key: subKey(write.key, place), body: operation}, scope, operation))
  }
  return results
}

async function changeOne(
  {database, record, logger, requestId}: BatchContext,
  write: KeyedWrite,
  scope: BatchScope,
  operation: BatchOperation,
): Promise<BatchResult> {
  try {
    const answer = await database.asUser(write.userId, async (tx) =>
      idempotently(tx, write, {
        first: nothingFirst,
        work: async () => ({status: 200, body: await performOperation(tx, record, scope, operation)}),
      }),
    )
    return {...(answer.body as BatchResult), replayed: answer.replayed ?? false}
  } catch (error) {
    const {status, body} = toProblem(error, requestId)
    // The database is away, for the others too: the whole request can be repeated with its key.
    if (status === 503) throw error
    if (status >= 500) logger.error({error, op: operation.op}, 'an operation of a batch failed')
    return {
      op: operation.op,
      id: 'id' in operation ? operation.id : null,
      status,
      task: null,
      skipped: [],
      next: null,
      next_pending: false,
      error: body,
      replayed: false,
    }
  }
}

function subKey(key: string | undefined, place: number): string | undefined {
  if (key === undefined) return undefined
  const own = `${key}:${place}`
  return own.length <= LONGEST_KEY ? own : `${createHash('sha256').update(key).digest('hex')}:${place}`
}
