import type {Context} from '../../client/contexts.ts'
import {count, inWords, ok, problem, type Verdict, warning} from './check.ts'

/** A clock elsewhere: it is `offsetMs` ahead of ours (negative: behind), give or take `unsureMs`. */
export interface ClockOffset {
  readonly offsetMs: number
  readonly unsureMs: number
}

/** What was learned by asking the todo5 of a context; nothing of its key but what the key is known for. */
export interface ContextFacts extends Pick<Context, 'name' | 'whenAway' | 'whenRefused'> {
  readonly origin: string
  /** Whether commands talk to it now. */
  readonly current: boolean
  /** `ill`: something answers that is no healthy todo5. `refused`: it does not know the key. */
  readonly answer: 'well' | 'refused' | 'ill' | 'away'
  /** Of `ill` and `away`, the reason. */
  readonly why: string | null
  /** Null: it did not say what time it is. */
  readonly clock: ClockOffset | null
  /** ms since the epoch; null: it does not end, or did not say. */
  readonly keyEndsAt: number | null
  /** Why it could not say when the key ends. */
  readonly endUnknown: string | null
}

const DAY_MS = 24 * 60 * 60 * 1000
const SOON_MS = 7 * DAY_MS
/** Reminders come by the server's clock, and people compare them with this one. */
const MOST_OFFSET_MS = 5000

/** Whether each answers. That another one than the one in use is away hinders nobody now. */
export function checkReach(facts: readonly ContextFacts[]): Verdict {
  const silent = facts.filter(({answer}) => answer === 'away' || answer === 'ill')
  if (silent.length === 0) {
    const places = facts.map(({name, origin}) => (origin.endsWith(`//${name}`) ? origin : `${name} (${origin})`))
    return ok(`${inWords(places)} ${facts.length === 1 ? 'answers' : 'answer'}`)
  }
  const judged = silent.some(({current}) => current) ? problem : warning
  return judged(`${inWords(silent.map(({name}) => name))} ${silent.length === 1 ? 'does' : 'do'} not answer as todo5`, {
    details: silent.map(
      ({name, origin, why, current}) =>
        `${name}: ${origin}: ${why ?? 'no answer'}${current ? '; commands talk to it' : ''}`,
    ),
    next: [...new Set(silent.flatMap(({whenAway}) => whenAway))],
  })
}

/** Whether each that answers knows the key, and for how long. */
export function checkKeys(facts: readonly ContextFacts[], now: number): Verdict {
  const asked = facts.filter(({answer}) => answer === 'well' || answer === 'refused')
  if (asked.length === 0) return ok('nobody was there to ask')
  const refused = asked.filter(({answer}) => answer === 'refused')
  const ending = asked.filter(({keyEndsAt}) => keyEndsAt !== null && keyEndsAt - now < SOON_MS)
  const unknown = asked.filter(({endUnknown}) => endUnknown !== null)
  const details = [
    ...refused.map(({name, origin}) => `${name}: ${origin} does not know the key`),
    ...ending.map(({name, keyEndsAt}) => `${name}: the key ends at ${new Date(keyEndsAt!).toISOString()}`),
    ...unknown.map(({name, endUnknown}) => `${name}: nobody knows when the key ends: ${endUnknown}`),
  ]
  const next = [...refused, ...ending].flatMap(({whenRefused}) => whenRefused)
  if (refused.length > 0) return problem(`${count(refused.length, 'key')} not known any more`, {details, next})
  if (ending.length > 0) return warning(`${count(ending.length, 'key')} about to end`, {details, next})
  if (unknown.length > 0) return warning(`${count(asked.length, 'key')} known, for nobody knows how long`, {details})
  const first = Math.min(...asked.map(({keyEndsAt}) => keyEndsAt ?? Infinity))
  const end = first === Infinity ? '' : `; the first ends on ${new Date(first).toISOString().slice(0, 10)}`
  return ok(`${count(asked.length, 'key')} known${end}`)
}

/** The clock of each against that of this machine. Only what is surely too much counts. */
export function checkServerClocks(facts: readonly ContextFacts[]): Verdict {
  const told = facts.filter(({clock}) => clock !== null)
  if (told.length === 0) return ok('nobody was there to ask')
  const off = told.filter(({clock}) => Math.abs(clock!.offsetMs) - clock!.unsureMs > MOST_OFFSET_MS)
  if (off.length === 0) return ok(inWords(told.map(({name, clock}) => `${name} is ${offsetText(clock!)}`)))
  return warning(
    `${inWords(off.map(({name}) => name))} ${off.length === 1 ? 'has' : 'have'} another time than this machine`,
    {
      details: off.map(({name, clock}) => `${name} is ${offsetText(clock!)}`),
      next: ['set both clocks by NTP (timedatectl set-ntp true): reminders come by the clock of the server'],
    },
  )
}

function offsetText({offsetMs, unsureMs}: ClockOffset): string {
  const seconds = Math.round(Math.abs(offsetMs) / 1000)
  return `${seconds} s ${offsetMs < 0 ? 'behind' : 'ahead of'} this machine (± ${Math.ceil(unsureMs / 1000)} s)`
}
