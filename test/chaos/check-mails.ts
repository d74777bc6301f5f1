import type {CaughtMail} from '../support/faults/mails.ts'
import type {Chain, ExpectedMail, Expectations} from './expected.ts'
import type {Entry, FaultEntry} from './ledger.ts'
import {type Violation, violation} from './violation.ts'

export interface MailCheck {
  readonly violations: readonly Violation[]
  /** Reminders that had to come and came. */
  readonly came: number
  /** How late each of them was, ms. */
  readonly lateMs: readonly number[]
  /** Mails that came again under their Message-ID: whoever sent them was stopped between a mail and the note about it. */
  readonly copies: number
}

/** A copy of a mail may come when something was broken between the two, or so long before. */
const FAULT_REACHES_MS = 90_000

/** Each reminder that is due comes as one mail, not before its time; what was called off in time never comes. */
export function checkMails({chains}: Expectations, mails: readonly CaughtMail[], entries: readonly Entry[]): MailCheck {
  const byTitle = mailsByTitle(mails, new Set(chains.map(({name}) => name)))
  const violations: Violation[] = []
  const lateMs: number[] = []
  const wanted = new Set<string>()
  for (const chain of chains) {
    const own = byTitle.get(chain.name) ?? []
    for (const {messageId} of own) wanted.add(messageId)
    const firsts = firstOfEach(own)
    violations.push(...checkChain(chain, firsts))
    const must = chain.mails.find((mail) => mail.must)
    if (must && firsts.length > 0) lateMs.push(Math.max(0, firsts.at(-1)! - must.at))
  }
  for (const {messageId} of mails) {
    if (!wanted.has(messageId)) violations.push(violation('reminder double', messageId, 'nobody asked for this mail'))
  }
  const {copies, unexplained} = copiesOf(mails, entries)
  const doubles = unexplained.map((id) =>
    violation('reminder double', id, 'this mail came twice while nothing was broken'),
  )
  return {violations: [...violations, ...doubles], came: lateMs.length, lateMs, copies}
}

function checkChain({name, tasks, mails: expected}: Chain, received: readonly number[]): Violation[] {
  const about = `task ${[...tasks.keys()].join(', ')} "${name}"`
  const must = expected.filter((mail) => mail.must)
  if (received.length < must.length) {
    const times = must.map(({at}) => new Date(at).toISOString()).join(', ')
    return [violation('reminder lost', about, `${received.length} mails came, one was due at ${times}`)]
  }
  if (received.length > expected.length) {
    return [violation('reminder double', about, `${received.length} mails came in place of ${expected.length}`)]
  }
  if (fits(expected, received)) return []
  const came = received.map((at) => new Date(at).toISOString()).join(', ')
  const due = expected.map(({at}) => new Date(at).toISOString()).join(', ')
  // Those that came may all be for times from which it was moved away.
  const kind = fits(
    expected.filter((mail) => !mail.must),
    received,
  )
    ? 'reminder lost'
    : 'reminder early'
  return [violation(kind, about, `mails came at ${came} for ${due}`)]
}

/** Whether each mail can be one of those that were expected, all that must come among them, none before its time. */
function fits(expected: readonly ExpectedMail[], received: readonly number[]): boolean {
  if (received.length === 0) return !expected.some((mail) => mail.must)
  const [first, ...rest] = received
  return expected.some(
    ({at}, place) =>
      at <= first! &&
      fits(
        expected.filter((_, other) => other !== place),
        rest,
      ),
  )
}

/** The titles of chains are single words. */
function mailsByTitle(mails: readonly CaughtMail[], titles: ReadonlySet<string>): Map<string, CaughtMail[]> {
  const found = new Map<string, CaughtMail[]>()
  for (const mail of mails) {
    for (const word of new Set(mail.text.split(/[\s"]+/u))) {
      if (titles.has(word)) found.set(word, [...(found.get(word) ?? []), mail])
    }
  }
  return found
}

/** When the first copy of each mail came, oldest first. */
const firstOfEach = (mails: readonly CaughtMail[]): number[] =>
  [...Map.groupBy(mails, ({messageId}) => messageId).values()]
    .map((same) => Math.min(...same.map(({receivedAt}) => receivedAt)))
    .toSorted((a, b) => a - b)

function copiesOf(mails: readonly CaughtMail[], entries: readonly Entry[]): {copies: number; unexplained: string[]} {
  const faults = entries.filter((entry): entry is FaultEntry => entry.type === 'fault')
  const unexplained: string[] = []
  let copies = 0
  for (const [id, same] of Map.groupBy(mails, ({messageId}) => messageId)) {
    if (same.length === 1) continue
    copies += same.length - 1
    const [first, last] = [Math.min, Math.max].map((choose) => choose(...same.map(({receivedAt}) => receivedAt)))
    const explained = faults.some((fault) => fault.at <= last! && fault.endedAt + FAULT_REACHES_MS >= first!)
    if (!explained) unexplained.push(id)
  }
  return {copies, unexplained}
}
