/** Ids and the like that say where an error came from; nothing that a user wrote. */
export type ErrorFacts = Readonly<Record<string, string | number>>

/** Tells an operator, somewhere else, of an error that needs a person. */
export interface ErrorReporter {
  /** Never throws and never waits: what cannot be sent is lost, the log has it all the same. `message`: what failed, in our words. */
  report(error: Error, message: string, facts: ErrorFacts): void
  /** Sends what is under way, for at most so long, ms. */
  close(timeoutMs: number): Promise<void>
}
