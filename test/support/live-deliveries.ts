import type {LiveTaskMessage} from '../../services/contracts/live.ts'

/** A message or an event, by what tells it from the others of its task. */
export interface Told extends LiveTaskMessage {
  readonly userId: string
}

export interface Deliveries {
  readonly expected: number
  readonly received: number
  readonly lost: number
  readonly double: number
  /** Those of another user, or of nobody. */
  readonly foreign: number
}

const keyOf = ({userId, id, version, type}: Told): string => `${userId} ${id} ${version} ${type}`

/** Compares what each user's stream was told with the events that the audit log has. */
export function compareDeliveries(events: readonly Told[], messages: readonly Told[]): Deliveries {
  const wanted = new Map<string, number>()
  for (const event of events) wanted.set(keyOf(event), (wanted.get(keyOf(event)) ?? 0) + 1)
  const seen = new Map<string, number>()
  for (const message of messages) seen.set(keyOf(message), (seen.get(keyOf(message)) ?? 0) + 1)
  let [lost, double, foreign] = [0, 0, 0]
  for (const [key, count] of wanted) {
    const times = seen.get(key) ?? 0
    lost += Math.max(0, count - times)
    double += Math.max(0, times - count)
  }
  for (const [key, times] of seen) if (!wanted.has(key)) foreign += times
  return {expected: events.length, received: messages.length, lost, double, foreign}
}
