import type {EventPublisher} from '../../services/ports/event-publisher.ts'

interface WaitingEvents {
  readonly topic: string
  readonly events: number
  readonly oldestSeconds: number
  readonly newestId: number
}

/** A topic of which the bus takes nothing. */
export interface Refusal {
  readonly topic: string
  /** ISO 8601, UTC. */
  readonly since: string
  readonly reason: string
}

interface RelayLease {
  readonly holder: string
  /** Null: given back. */
  readonly until: Date | null
  readonly holds: boolean
  /** Of an operator, who took it from the relay. */
  readonly byHand: boolean
  readonly refusals: readonly Refusal[]
}

/** Publishes in place of the relay that it took the lease from. */
export interface OperatorRelay {
  readonly refusals: readonly Refusal[]
  /** Gives the lease back. */
  stop(): Promise<void>
}

/** The outbox of one todo5, wherever it runs. Every method throws an error with a code and hints. */
export interface OutboxDesk {
  /** With `upTo` only what has this id or a smaller one. */
  look(upTo: number | null): Promise<{readonly waiting: readonly WaitingEvents[]; readonly lease: RelayLease}>
  source(): Promise<string>
  relay(publisher: EventPublisher, holder: string): OperatorRelay
  close(): Promise<void>
}
