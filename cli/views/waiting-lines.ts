import {errorJson} from '../errors.ts'
import type {Held, Synced} from '../operations/sync-changes.ts'
import type {Unreachable} from '../client/unreachable.ts'
import type {WaitingChange} from '../offline/waiting-changes.ts'
import type {Output} from '../output.ts'

const changes = (n: number): string => `${n} ${n === 1 ? 'change waits' : 'changes wait'}`

/** Why they were not sent, and what sends them. */
export function printKept(out: Output, kept: readonly WaitingChange[], away: Unreachable): void {
  const [first] = kept
  if (!first) return
  const it = kept.length === 1 ? 'it' : 'them'
  out.warning(`${first.context} does not answer: ${away.why}. todo5 sync sends ${it} when it does.`)
}

/** `2 changes wait for work: todo5 sync` */
export const waitingLine = (count: number, context: string, command: string): string =>
  `${changes(count)} for ${context}: ${command}`

const HELD: Readonly<Record<Held, (id: string) => string>> = {
  old: (id) => `it may have arrived more than 13 days ago: --yes sends it, --drop ${id} gives it up`,
  behind: (id) => `an earlier change of this task waits; --drop ${id} gives this one up`,
  other_account: (id) => `it is for another address or account: sign in there again, or --drop ${id}`,
  refused: (id) => `it was refused: --again tries it, --drop ${id} gives it up`,
  not_sent: () => 'it was not tried',
}

interface Item {
  readonly id: string
  readonly summary: string
  readonly queued_at: string
}

/** What came of `todo5 sync`, with --json. */
export interface SyncedJson {
  readonly context: string
  /** `answer`: what the server answers to such a change. */
  readonly sent: readonly (Item & {readonly answer: unknown})[]
  readonly refused: readonly (Item & ReturnType<typeof errorJson>)[]
  readonly waiting: readonly (Item & {readonly reason: Held})[]
  readonly dropped: readonly Omit<Item, 'queued_at'>[]
  /** Why the rest was not sent. */
  readonly stopped: ReturnType<typeof errorJson>['error'] | null
}

const itemOf = ({id, summary, queued_at}: WaitingChange): Item => ({id, summary, queued_at})

export const syncedJson = (context: string, synced?: Synced): SyncedJson => ({
  context,
  sent: synced?.sent.map(({change, answer}) => ({...itemOf(change), answer})) ?? [],
  refused: synced?.refused.map(({change, error}) => ({...itemOf(change), ...errorJson(error)})) ?? [],
  waiting: synced?.waiting.map(({change, why}) => ({...itemOf(change), reason: why})) ?? [],
  dropped: [],
  stopped: synced?.stopped ? errorJson(synced.stopped).error : null,
})

export function printSynced(out: Output, {sent, refused, waiting}: Synced): void {
  const {good, bad, warn, dim} = out.style
  for (const {change, answer} of sent) out.data(`${good('Sent')}     ${change.summary}${newId(answer)}`)
  for (const {change, error} of refused) {
    out.data(`${bad('Refused')}  ${change.summary}: ${error.message}`)
    out.note(dim(`         todo5 sync --drop ${change.id}        gives it up`))
  }
  for (const {change, why} of waiting) {
    out.data(`${warn('Waits')}    ${change.summary}`)
    out.note(dim(`         ${HELD[why](change.id)}`))
  }
}

/** `, now 12`, of a task that is new. */
const newId = (answer: unknown): string => {
  const {id, title} = (answer ?? {}) as {id?: number; title?: string}
  return id === undefined || title === undefined ? '' : `, now ${id}`
}

/** What is asked before changes are sent that may have arrived long ago. */
export function oldChanges(old: readonly WaitingChange[]): string {
  const [first] = old
  const what = old.length === 1 ? `${first!.summary} waits` : `${old.length} changes wait`
  return `${what} since ${first!.queued_at.slice(0, 10)}. A server knows for 14 days what it has taken: what arrived then, without an answer, would be made twice.`
}
