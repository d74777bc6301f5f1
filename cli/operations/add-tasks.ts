import type {TaskResponse} from '../../services/contracts/tasks.ts'
import type {TaskApi} from '../client/task-api.ts'
import {createRequest, type NewTask} from '../client/task-writes.ts'
import type {Unreachable} from '../client/unreachable.ts'
import {CliError, toCliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {WaitingChange} from '../offline/waiting-changes.ts'
import {isAway, type Keep, type Queued, queuedJson} from './keep-change.ts'

/** A task to be added, and whatever belongs to it. */
export interface NewItem {
  readonly fields: NewTask
}

export type AddOutcome<I extends NewItem> =
  | {readonly item: I; readonly value: TaskResponse; readonly kept: null}
  | {readonly item: I; readonly value: Queued; readonly kept: WaitingChange}
  | {readonly error: CliError}

export interface AddOptions {
  readonly api: TaskApi
  /** Keeps changes until todo5 is there again; undefined where they cannot wait. */
  readonly keep: Keep | undefined
  /** Nobody answered a moment ago: nothing is sent, all are kept. */
  readonly away: Unreachable | undefined
}

/** Adds one after the other, in their order. When todo5 cannot be reached any more, the rest waits or is not tried. */
export async function addAll<I extends NewItem>(items: readonly I[], options: AddOptions): Promise<AddOutcome<I>[]> {
  const {api, keep, away} = options
  if (away && keep) return await keepAll(items, away, keep)
  const outcomes: AddOutcome<I>[] = []
  for (const [index, item] of items.entries()) {
    try {
      outcomes.push({item, value: await api.send<TaskResponse>(createRequest(item.fields)), kept: null})
    } catch (error) {
      const rest = items.slice(index)
      if (keep && isAway(error)) return [...outcomes, ...(await keepAll(rest, error, keep))]
      const refused = toCliError(error)
      outcomes.push({error: refused})
      if (refused.exit === EXIT.unreachable) return [...outcomes, ...rest.slice(1).map(notSent)]
    }
  }
  return outcomes
}

/** The first may have been sent with a key already. */
async function keepAll<I extends NewItem>(
  items: readonly I[],
  away: Unreachable,
  keep: Keep,
): Promise<AddOutcome<I>[]> {
  const changes = items.map(({fields}, index) => ({
    summary: `add "${fields.title}"`,
    task_ids: [],
    call: (index === 0 ? away.unsent : undefined) ?? createRequest(fields),
  }))
  const kept = await keep(changes, away)
  return items.map((item, index) => ({item, value: queuedJson(kept[index]!), kept: kept[index]!}))
}

const notSent = ({fields: {title}}: NewItem): {readonly error: CliError} => ({
  error: new CliError(`"${title}" was not sent.`, {code: 'not_sent', exit: EXIT.unreachable}),
})
