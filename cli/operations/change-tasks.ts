import type {BatchResponse, MAX_BATCH as Most} from '../../services/contracts/batch.ts'
import type {Problem} from '../../services/contracts/problem.ts'
import type {TaskResponse} from '../../services/contracts/tasks.ts'
import type {HttpCall} from '../client/http-call.ts'
import type {TaskApi} from '../client/task-api.ts'
import {asWritten, batchRequest, type TaskWrite, type Written, writeRequest} from '../client/task-writes.ts'
import {Unreachable} from '../client/unreachable.ts'
import {CliError, toCliError, usageError} from '../errors.ts'
import {findTask} from './find-task.ts'
import {withAdvice} from './refusal-advice.ts'

/** Of the type of the contract's constant, which would load zod: 25 ms. */
const MAX_BATCH: typeof Most = 100

/** One of several that cannot be done, by what was typed. */
interface Failed {
  readonly ref: string
  readonly error: CliError
}
export interface Planned<W extends TaskWrite> {
  readonly ref: string
  /** As it was found. */
  readonly task: TaskResponse
  readonly write: W
}
export interface Made<W extends TaskWrite> extends Planned<W> {
  readonly value: Written<W>
}
export type Plan<W extends TaskWrite> = readonly (Planned<W> | Failed)[]
export type Outcome<W extends TaskWrite> = Made<W> | Failed

export interface PlanOptions<W extends TaskWrite> {
  readonly api: TaskApi
  /** What was typed, or tasks that were found already. */
  readonly refs: readonly (string | TaskResponse)[]
  readonly plan: (task: TaskResponse) => W | Promise<W>
  /** All or none: the first that cannot be done stops all. */
  readonly strict: boolean
}

/** What is to be sent for each; a task that is named twice is changed once. Nothing is changed yet. */
export async function planChanges<W extends TaskWrite>({api, refs, plan, strict}: PlanOptions<W>): Promise<Plan<W>> {
  const items: (Planned<W> | Failed)[] = []
  const seen = new Set<number>()
  for (const named of refs) {
    const ref = typeof named === 'string' ? named : String(named.id)
    try {
      const task = typeof named === 'string' ? await findTask(api, named) : named
      if (seen.has(task.id)) continue
      seen.add(task.id)
      items.push({ref, task, write: await plan(task)})
    } catch (error) {
      // Nobody answers: no other one can be looked up either, and nothing was changed.
      if (strict || error instanceof Unreachable) throw error
      items.push({ref, error: toCliError(error)})
    }
  }
  return items
}

const planned = <W extends TaskWrite>(plan: Plan<W>): Planned<W>[] => plan.filter((item) => 'write' in item)

/** The requests of a plan: one task by its own route, several in batches. */
export function requestsOf<W extends TaskWrite>(plan: Plan<W>, atomic: boolean): HttpCall[] {
  const writes = planned(plan).map(({write}) => write)
  if (writes.length === 1) return [writeRequest(writes[0]!)]
  if (atomic && writes.length > MAX_BATCH) {
    throw usageError(
      `All or none works for ${MAX_BATCH} tasks at most, these are ${writes.length}.`,
      'too_many',
      'leave --atomic out, or name fewer',
    )
  }
  return chunksOf(writes, MAX_BATCH).map((operations) => batchRequest(operations, atomic))
}

/** Sends a plan. Of several each has its own outcome, in the order in which they were named. */
export async function makeChanges<W extends TaskWrite>(
  api: TaskApi,
  plan: Plan<W>,
  atomic: boolean,
): Promise<Outcome<W>[]> {
  const requests = requestsOf(plan, atomic)
  const items = planned(plan)
  const outcomes = new Map<string, Outcome<W>>()
  const [only] = items
  if (only && items.length === 1) {
    try {
      outcomes.set(only.ref, {...only, value: await api.send<Written<W>>(requests[0]!)})
    } catch (error) {
      if (error instanceof Unreachable) throw error
      outcomes.set(only.ref, {ref: only.ref, error: withAdvice(toCliError(error), only)})
    }
  } else {
    const answers = []
    for (const request of requests) answers.push(...(await sendBatch(api, request, items)).results)
    for (const [index, item] of items.entries()) {
      const answer = answers[index]!
      const error = answer.error === null ? undefined : api.refusal(answer.status, answer.error)
      outcomes.set(
        item.ref,
        error ? {ref: item.ref, error: withAdvice(error, item)} : {...item, value: asWritten(item.write, answer)},
      )
    }
  }
  return plan.map((item) => outcomes.get(item.ref) ?? (item as Failed))
}

/** All or none: the answer names the one that was refused. */
async function sendBatch<W extends TaskWrite>(
  api: TaskApi,
  request: HttpCall,
  items: readonly Planned<W>[],
): Promise<BatchResponse> {
  try {
    return await api.send<BatchResponse>(request)
  } catch (error) {
    const refused = toCliError(error)
    const {index} = (refused.cause ?? {}) as Partial<Problem>
    const item = index === undefined ? undefined : items[index]
    if (!item) throw error
    const {message, code, exit, hints} = withAdvice(refused, item)
    throw new CliError(`${message} Nothing was changed: it is all or none.`, {code, exit, hints, cause: error})
  }
}

const chunksOf = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({length: Math.ceil(items.length / size)}, (_, index) => items.slice(index * size, (index + 1) * size))
