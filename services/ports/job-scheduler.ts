export interface Job {
  /** Unique within the app; letters, digits and `-`. Scheduling an existing name again changes nothing. */
  readonly name: string
  readonly dueAt: Date
  /** Ids only, no personal data. */
  readonly data: Readonly<Record<string, unknown>>
}

/** Resolves when the job is done; a throw makes the scheduler call again. */
export type JobHandler = (job: {name: string; data: Readonly<Record<string, unknown>>}) => Promise<void>

/** Calls the handler once the time has come: never early, at least once, also after a crash. */
export interface JobScheduler {
  schedule(jobs: readonly Job[]): Promise<void>
  /** One handler per app; set before start. */
  handle(handler: JobHandler): void
}
