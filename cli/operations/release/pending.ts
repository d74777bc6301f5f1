import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import type {Revision} from '../../tools/helm.ts'
import {isRunning} from '../../tools/running-process.ts'
import type {ReleaseHistory} from './choose-good-revision.ts'
import type {RevisionNote} from './release-notes.ts'

/** After it nothing that todo5 began goes on: all its stages have limits, which are shorter together. */
export const PENDING_LIMIT_MS = 15 * 60_000

/** Who deploys: a person at a process of a machine. */
export type Holder = RevisionNote['by']

export interface Pending {
  readonly revision: number
  /** Such as pending-upgrade. */
  readonly status: Revision['status']
  readonly since: number
  /** Undefined: it was not begun by todo5. */
  readonly holder: Holder | undefined
  /** Nobody works on it any more: it is too old, or its process on this machine has ended. */
  readonly abandoned: boolean
}

export interface PendingContext {
  readonly now: number
  /** The name of this machine. */
  readonly host: string
}

/** A revision that somebody has begun and not finished; undefined when there is none. */
export function pendingOf({revisions, notes}: ReleaseHistory, {now, host}: PendingContext): Pending | undefined {
  const last = revisions.at(-1)
  if (last === undefined || !last.status.startsWith('pending-')) return undefined
  const note = notes.get(last.revision)
  // Of another release of that name, long ago.
  const mine = note !== undefined && Math.abs(Date.parse(note.begun_at) - last.updatedAt) < PENDING_LIMIT_MS
  const holder = mine ? note.by : undefined
  const ended = holder !== undefined && holder.host === host && !isRunning(holder.process)
  return {
    revision: last.revision,
    status: last.status,
    since: last.updatedAt,
    holder,
    abandoned: ended || now - last.updatedAt > PENDING_LIMIT_MS,
  }
}

export const holderText = ({person, host, process}: Holder): string => `${person} on ${host} (process ${process})`

/** Nobody may be disturbed who still works on it. */
export function pendingError(pending: Pending, now: number, again: string): CliError {
  const {revision, status, since, holder} = pending
  const minutes = Math.floor((now - since) / 60_000)
  const ago = minutes < 1 ? 'for less than a minute' : minutes === 1 ? 'for a minute' : `for ${minutes} minutes`
  const who = holder === undefined ? 'by somebody else than todo5' : `by ${holderText(holder)}`
  const left = Math.max(1, Math.ceil((PENDING_LIMIT_MS - (now - since)) / 60_000))
  return new CliError(`Revision ${revision} is ${status} ${ago}, begun ${who}.`, {
    code: 'release_pending',
    exit: EXIT.refused,
    hints: [
      `wait until it is finished; in ${left} min it counts as abandoned, and is finished by ${again}`,
      `${again} --take-over        when whoever began it has ended`,
    ],
  })
}
