import type {HttpCall, KeyedCall} from '../client/http-call.ts'
import {batchRequest, writeRequest} from '../client/task-writes.ts'
import {completionOf} from './complete-task.ts'
import {Unreachable} from '../client/unreachable.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {NewChange, WaitingChange, WaitingChanges} from '../offline/waiting-changes.ts'

/** What is printed of a change that waits, with --json. */
export interface Queued {
  readonly queued: {
    readonly id: string
    readonly context: string
    readonly queued_at: string
    readonly method: string
    readonly path: string
    readonly body: unknown
  }
}

export const queuedJson = ({id, context, queued_at, call}: WaitingChange): Queued => ({
  queued: {id, context, queued_at, method: call.method, path: call.path, body: call.body ?? null},
})

export interface Unsent extends Pick<NewChange, 'summary' | 'task_ids'> {
  readonly call: HttpCall
}

/** Keeps changes until todo5 is there again, and says who is away. */
export type Keep = (changes: readonly Unsent[], away: Unreachable) => Promise<WaitingChange[]>

/** Keeps them until `todo5 sync`. One that was sent already, and not answered, keeps the key that it was sent with. */
export async function keepChanges(
  waiting: WaitingChanges,
  changes: readonly Unsent[],
  timeZone: string,
): Promise<WaitingChange[]> {
  return await waiting.add(
    changes.map(({call, ...said}) => ({
      ...said,
      time_zone: timeZone,
      call: {...call, key: call.key ?? newKey()},
    })),
  )
}

/** Not imported: most commands that could need one do not, and node:crypto costs 6 ms. */
const newKey = (): string => process.getBuiltinModule('node:crypto').randomUUID()

/** Whether it passes by waiting, and there is a place to wait. */
export const isAway = (error: unknown): error is Unreachable => error instanceof Unreachable && error.away

interface OfflineOptions {
  /** One request for all. */
  readonly atomic: boolean
  readonly forever: boolean
  /** The name of the context that does not answer. */
  readonly context: string
}

/** Completions of tasks that nobody can look at, each by itself or all or none; or the request that was made already. */
export function planOffline(
  refs: readonly string[],
  sent: KeyedCall | undefined,
  {atomic, forever, context}: OfflineOptions,
): Unsent[] {
  if (sent) return [keptCompletion(idsOf(sent), sent)]
  const writes = idsOffline(refs, context, 'done').map((id) => completionOf(id, forever))
  if (atomic && writes.length > 1)
    return [
      keptCompletion(
        writes.map(({id}) => id),
        batchRequest(writes, true),
      ),
    ]
  return writes.map((write) => keptCompletion([write.id], writeRequest(write)))
}

const keptCompletion = (ids: readonly number[], call: HttpCall): Unsent => ({
  summary: `done ${ids.join(' ')}`,
  task_ids: ids,
  call,
})

/** Of `/tasks/7/complete`, or of the operations of a batch. */
function idsOf({path, body}: KeyedCall): number[] {
  const [, id] = /^\/tasks\/(\d+)\//u.exec(path) ?? []
  return id === undefined ? (body as {operations: {id: number}[]}).operations.map((one) => one.id) : [Number(id)]
}

/** The ids that can be done without looking them up; a title cannot be found while nobody answers. */
function idsOffline(refs: readonly string[], context: string, verb: string): number[] {
  const title = refs.find((ref) => !/^[1-9]\d{0,15}$/u.test(ref.trim()))
  if (title === undefined) return [...new Set(refs.map(Number))]
  throw new CliError(`${context} does not answer, so "${title}" cannot be looked up.`, {
    code: 'ref_needs_server',
    exit: EXIT.unreachable,
    hints: [`todo5 ${verb} ID        an id can wait here until it answers`],
  })
}
