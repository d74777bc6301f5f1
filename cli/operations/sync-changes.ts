import type {TaskApi} from '../client/task-api.ts'
import {Unreachable} from '../client/unreachable.ts'
import {CliError, toCliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {type WaitingChange, WaitingChanges, waitingContexts} from '../offline/waiting-changes.ts'

/** The server knows a key for 14 days. A day less: its clock need not be ours. */
const KEYS_KNOWN_MS = 13 * 86_400_000

/** `old`: it may have been made already, and nobody would notice. `behind`: of a task of which an earlier one waits. */
export type Held = 'old' | 'behind' | 'other_account' | 'refused' | 'not_sent'

export type SyncStep =
  | {readonly change: WaitingChange; readonly send: true}
  | {readonly change: WaitingChange; readonly send: false; readonly why: Held}

export interface SyncPlanOptions {
  readonly now: number
  /** Also those that may have been made already. */
  readonly old: boolean
  /** Also those that were refused. */
  readonly again: boolean
  /** To whom commands talk now; the account is null while nobody asked. */
  readonly target: {readonly apiUrl: string; readonly userId: string | null}
}

/** Whether a key may have been forgotten; a clock that was set back says nothing. */
export const isOld = ({queued_at: at}: WaitingChange, now: number): boolean =>
  Math.abs(now - Date.parse(at)) > KEYS_KNOWN_MS

/** What is sent, in order, and what stays. Changes of different tasks do not depend on each other; a new task on none. */
export function planSync(changes: readonly WaitingChange[], options: SyncPlanOptions): SyncStep[] {
  const kept = new Set<number>()
  return changes.map((change) => {
    const why = reasonToWait(change, kept, options)
    if (why === undefined) return {change, send: true}
    for (const id of change.task_ids) kept.add(id)
    return {change, send: false, why}
  })
}

function reasonToWait(
  change: WaitingChange,
  kept: ReadonlySet<number>,
  {now, old, again, target}: SyncPlanOptions,
): Held | undefined {
  const otherUser = change.user_id !== null && target.userId !== null && change.user_id !== target.userId
  if (change.api_url !== target.apiUrl || otherUser) return 'other_account'
  if (change.refused !== null && !again) return 'refused'
  if (change.task_ids.some((id) => kept.has(id))) return 'behind'
  return isOld(change, now) && !old ? 'old' : undefined
}

export interface Synced {
  readonly sent: readonly {readonly change: WaitingChange; readonly answer: unknown}[]
  readonly refused: readonly {readonly change: WaitingChange; readonly error: CliError}[]
  readonly waiting: readonly {readonly change: WaitingChange; readonly why: Held}[]
  /** Why the rest was not tried: nobody answers, or the key is not taken. */
  readonly stopped: CliError | null
}

export interface SyncRequest extends Omit<SyncPlanOptions, 'target'> {
  readonly api: TaskApi
  readonly waiting: WaitingChanges
}

/**
 * Sends them one after the other. A change leaves the disk when it was answered: whoever is killed before that sends it
 * again with the same key, and gets the same answer. Two at the same time do the same, in the same order.
 */
export async function syncChanges({api, waiting, ...options}: SyncRequest): Promise<Synced> {
  const sent: {change: WaitingChange; answer: unknown}[] = []
  const refused: {change: WaitingChange; error: CliError}[] = []
  const held: {change: WaitingChange; why: Held}[] = []
  const changes = await waiting.list()
  if (changes.length === 0) return {sent, refused, waiting: held, stopped: null}
  const {user_id: userId} = await api.profile().catch((error: unknown) => {
    throw withAdvice(toCliError(error), changes.length)
  })
  const target = {apiUrl: waiting.context.apiUrl, userId}
  const stuck = new Set<number>()
  let stopped: CliError | null = null
  for (const step of planSync(changes, {...options, target})) {
    const {change} = step
    if (!step.send || stopped !== null) {
      held.push({change, why: step.send ? 'not_sent' : step.why})
      continue
    }
    if (change.task_ids.some((id) => stuck.has(id))) {
      held.push({change, why: 'behind'})
      continue
    }
    try {
      sent.push({change, answer: await api.send(change.call)})
      await waiting.remove(change)
    } catch (thrown) {
      const error = toCliError(thrown)
      if (isRefusal(error)) {
        await waiting.refuse(change, error)
        refused.push({change, error})
        for (const id of change.task_ids) stuck.add(id)
      } else {
        stopped = withAdvice(error, changes.length - sent.length)
        held.push({change, why: 'not_sent'})
      }
    }
  }
  return {sent, refused, waiting: held, stopped}
}

/** What keeps all of them here, and that none is lost. */
function withAdvice(error: CliError, left: number): CliError {
  const {message, code, exit, cause} = error
  const kept = `${left} ${left === 1 ? 'change goes' : 'changes go'} on waiting here, nothing is lost`
  return new CliError(message, {code, exit, hints: [...error.hints, kept], cause})
}

/** Of the answer; undefined where there was none. */
function statusOf({code, cause}: CliError): number | undefined {
  const {status} = (cause ?? {}) as {status?: number}
  const [, number] = /^http_(\d{3})$/u.exec(code) ?? []
  return status ?? (number === undefined ? undefined : Number(number))
}

/** Of this change alone; what is said about the caller or the moment holds for all of them. */
function isRefusal(error: CliError): boolean {
  if (error instanceof Unreachable) return false
  const status = statusOf(error)
  return status !== undefined && status >= 400 && status < 500 && ![401, 403, 408, 425, 429].includes(status)
}

/** Gives up those that a person names by the beginning of their ids; all of them are found first. */
export async function dropWaiting(
  waiting: WaitingChanges | undefined,
  ids: readonly string[],
  {context, dryRun}: {readonly context: string; readonly dryRun: boolean},
): Promise<WaitingChange[]> {
  const changes = (await waiting?.list()) ?? []
  const chosen = new Set(ids.map((id) => findWaiting(changes, id, context)))
  if (waiting && !dryRun) for (const change of chosen) await waiting.remove(change)
  return [...chosen]
}

function findWaiting(changes: readonly WaitingChange[], id: string, context: string): WaitingChange {
  const found = id === '' ? [] : changes.filter(({call: {key}}) => key.startsWith(id.toLowerCase()))
  if (found.length === 1) return found[0]!
  const none = found.length === 0
  throw new CliError(
    none ? `Nothing with the id "${id}" waits for ${context}.` : `${id} is the beginning of ${found.length} ids.`,
    {
      code: none ? 'waiting_not_found' : 'ambiguous_ref',
      exit: none ? EXIT.notFound : EXIT.refused,
      hints: ['todo5 sync --dry-run        shows what waits'],
    },
  )
}

/** How many changes wait for a context. */
export interface WaitingCount {
  readonly context: string
  readonly changes: number
}

/** For which contexts changes wait. */
export async function countWaiting(stateDir: string): Promise<WaitingCount[]> {
  const found: WaitingCount[] = []
  for (const name of await waitingContexts(stateDir)) {
    const changes = await new WaitingChanges({stateDir, context: {name, apiUrl: ''}, now: Date.now}).count()
    if (changes > 0) found.push({context: name, changes})
  }
  return found
}
