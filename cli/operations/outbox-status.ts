import type {OutboxDesk, Refusal} from './outbox-desk.ts'

/** What waits in the outbox, and who publishes it; as --json prints it. */
export interface OutboxStatus {
  readonly waiting: number
  /** Null: nothing waits. */
  readonly oldest_seconds: number | null
  readonly topics: readonly {readonly topic: string; readonly waiting: number; readonly oldest_seconds: number}[]
  readonly relay: {
    /** Null: nobody has led yet. */
    readonly holder: string | null
    /** Whether somebody publishes now. */
    readonly leads: boolean
    /** Null: given back. */
    readonly until: string | null
    /** An operator publishes in place of the Task Service. */
    readonly by_hand: boolean
    /** Topics of which the bus takes nothing at present. */
    readonly refused: readonly Refusal[]
  }
}

export async function outboxStatus(desk: Pick<OutboxDesk, 'look'>): Promise<OutboxStatus> {
  const {waiting, lease} = await desk.look(null)
  return {
    waiting: waiting.reduce((sum, {events}) => sum + events, 0),
    oldest_seconds: waiting.length === 0 ? null : Math.max(...waiting.map(({oldestSeconds}) => oldestSeconds)),
    topics: waiting.map(({topic, events, oldestSeconds}) => ({topic, waiting: events, oldest_seconds: oldestSeconds})),
    relay: {
      holder: lease.holder === '' ? null : lease.holder,
      leads: lease.holds,
      until: lease.until?.toISOString() ?? null,
      by_hand: lease.holds && lease.byHand,
      refused: lease.holds ? lease.refusals : [],
    },
  }
}
