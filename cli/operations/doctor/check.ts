import {toCliError} from '../../errors.ts'
import type {ClusterTarget} from '../cluster/find-place.ts'

/** `warning`: it works, and will not for long, or not as one thinks. `problem`: something does not work. */
export type CheckState = 'ok' | 'warning' | 'problem'

export interface Verdict {
  readonly state: CheckState
  /** What was found, in one line. */
  readonly found: string
  /** One line for each thing that is not as it should be. */
  readonly details: readonly string[]
  /** What to do next; a command first, then what it does. */
  readonly next: readonly string[]
}

export interface Check extends Verdict {
  readonly area: 'machine' | 'contexts' | 'local' | 'host' | ClusterTarget
  /** Stable, for programs. */
  readonly check: string
}

export type Look = () => Verdict | Promise<Verdict>

export const ok = (found: string, ...next: string[]): Verdict => ({state: 'ok', found, details: [], next})

export const warning = (found: string, {details = [], next = []}: Partial<Verdict> = {}): Verdict => ({
  state: 'warning',
  found,
  details,
  next,
})

export const problem = (found: string, {details = [], next = []}: Partial<Verdict> = {}): Verdict => ({
  state: 'problem',
  found,
  details,
  next,
})

/** The worst of several. */
export function worst(states: readonly CheckState[]): CheckState {
  if (states.includes('problem')) return 'problem'
  return states.includes('warning') ? 'warning' : 'ok'
}

/**
 * Looks, and judges. What cannot be reached is a problem of its own, with the words of whoever could not reach it; so is a
 * mistake of ours, which must not hide what the other checks have found.
 */
export async function judge(look: Look): Promise<Verdict> {
  try {
    return await look()
  } catch (error) {
    const {message, hints} = toCliError(error)
    return problem(message, {next: [...hints]})
  }
}

/** All at once; in the order in which they were given. */
export async function judgeAll(area: Check['area'], looks: Readonly<Record<string, Look>>): Promise<Check[]> {
  return await Promise.all(Object.entries(looks).map(async ([check, look]) => ({area, check, ...(await judge(look))})))
}

export const count = (n: number, one: string, several = `${one}s`): string => `${n} ${n === 1 ? one : several}`

/** `a, b and c` */
export const inWords = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`
