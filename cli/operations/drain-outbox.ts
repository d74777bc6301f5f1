import {setTimeout as delay} from 'node:timers/promises'
import type {EventPublisher} from '../../services/ports/event-publisher.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {OperatorRelay, OutboxDesk, Refusal} from './outbox-desk.ts'

const LOOK_EVERY_MS = 200

export interface DrainOptions {
  /** Go on with what comes, until the signal is aborted. */
  readonly follow: boolean
  /** Give up when nothing has left for so long, ms. */
  readonly patienceMs: number
  /** What to do next when it gives up. */
  readonly advice: readonly string[]
  readonly signal: AbortSignal
  /** After each look at which something had changed; `left` of what was there at the start, or with `follow` of all. */
  readonly progress: (state: {readonly published: number; readonly left: number}) => void
}

export interface Drained {
  /** What left the outbox by us, by topic; while waiting for the relay nobody counts. */
  readonly published: readonly {readonly topic: string; readonly events: number}[]
  /** What waits now, all topics. */
  readonly left: number
}

/** Waits until the relay has published what is there now. Nothing is woken: it looks ten times a second by itself. */
export async function awaitRelay(desk: OutboxDesk, options: DrainOptions): Promise<Drained> {
  await untilGone(desk, options)
  return {published: [], left: await leftOf(desk, null)}
}

/**
 * Takes the lease from the relay and publishes what is there now, then gives it back: also when it fails or the signal
 * is aborted. Events can be on the bus twice when the relay had them under way; consumers suppress that.
 */
export async function drainThrough(
  desk: OutboxDesk,
  {publisher, holder, ...options}: DrainOptions & {readonly publisher: EventPublisher; readonly holder: string},
): Promise<Drained> {
  const published = new Map<string, number>()
  const count = (): number => [...published.values()].reduce((sum, events) => sum + events, 0)
  const relay = desk.relay(counting(publisher, published), holder)
  try {
    await untilGone(desk, options, {count, holder, relay})
  } finally {
    await relay.stop()
  }
  return {
    published: [...published].map(([topic, events]) => ({topic, events})).toSorted((a, b) => compare(a.topic, b.topic)),
    left: await leftOf(desk, null),
  }
}

function counting(publisher: EventPublisher, published: Map<string, number>): EventPublisher {
  return {
    publish: async (events) => {
      const results = await publisher.publish(events)
      events.forEach(({topic}, place) => {
        if (results[place]?.ok) published.set(topic, (published.get(topic) ?? 0) + 1)
      })
      return results
    },
  }
}

interface OwnRelay {
  readonly relay: OperatorRelay
  readonly holder: string
  /** How many it has published. */
  readonly count: () => number
}

/** `own`: who publishes; undefined: whoever has the lease. */
async function untilGone(
  desk: OutboxDesk,
  {follow, patienceMs, advice, signal, progress}: DrainOptions,
  own?: OwnRelay,
): Promise<void> {
  const {waiting} = await desk.look(null)
  const upTo = follow ? null : Math.max(0, ...waiting.map(({newestId}) => newestId))
  let last = ''
  let movedAt = performance.now()
  for (;;) {
    const {waiting: now, lease} = await desk.look(upTo)
    const state = {published: own?.count() ?? 0, left: total(now)}
    if (JSON.stringify(state) !== last) {
      last = JSON.stringify(state)
      movedAt = performance.now()
      progress(state)
    }
    if (signal.aborted) {
      if (follow) return
      throw signal.reason
    }
    if (!follow && state.left === 0) return
    if (own && lease.holds && lease.byHand && lease.holder !== own.holder) throw taken(lease.holder)
    if (!follow && performance.now() - movedAt > patienceMs) {
      throw stuck(state.left, own?.relay.refusals ?? lease.refusals, lease.holds, advice)
    }
    await pause(signal)
  }
}

async function pause(signal: AbortSignal): Promise<void> {
  try {
    await delay(LOOK_EVERY_MS, undefined, {signal})
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

const total = (waiting: readonly {readonly events: number}[]): number =>
  waiting.reduce((sum, {events}) => sum + events, 0)

const leftOf = async (desk: OutboxDesk, upTo: number | null): Promise<number> => total((await desk.look(upTo)).waiting)

const compare = (a: string, b: string): number => (a < b ? -1 : 1)

const taken = (holder: string): CliError =>
  new CliError(`${holder} publishes already.`, {
    code: 'drain_running',
    exit: EXIT.refused,
    hints: ['todo5 outbox status'],
  })

function stuck(left: number, refusals: readonly Refusal[], led: boolean, hints: readonly string[]): CliError {
  const reasons = refusals.map(({topic, reason}) => `${topic}: ${reason.replace(/\.$/u, '')}`)
  const why = reasons.length > 0 ? reasons.join('; ') : led ? 'the bus does not take them' : 'no relay runs'
  const waiting = left === 1 ? '1 event waits, and does not leave' : `${left} events wait, and none leaves`
  return new CliError(`${waiting}: ${why}.`, {code: 'outbox_stuck', exit: EXIT.unreachable, hints})
}
