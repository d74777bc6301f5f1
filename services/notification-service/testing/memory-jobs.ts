import type {Job, JobHandler, JobScheduler} from '../../ports/job-scheduler.ts'

/** A working scheduler in memory, and what can be wrong with one. */
export class MemoryJobs implements JobScheduler {
  /** refuse: schedule throws. hang: it never answers. lose: it says yes and forgets. */
  fault: 'refuse' | 'hang' | 'lose' | null = null
  /** Jobs come so much before their time, ms. */
  earlyMs = 0
  readonly names: string[] = []
  readonly errors: unknown[] = []
  readonly #known = new Set<string>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #handler: JobHandler | undefined

  handle(handler: JobHandler): void {
    this.#handler = handler
  }

  async schedule(jobs: readonly Job[]): Promise<void> {
    if (this.fault === 'refuse') throw new Error('the scheduler is away')
    if (this.fault === 'hang') return new Promise(() => undefined)
    for (const job of jobs) {
      if (this.#known.has(job.name)) continue
      this.#known.add(job.name)
      this.names.push(job.name)
      if (this.fault !== 'lose') this.#at(job.dueAt.getTime() - this.earlyMs, job)
    }
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  #at(time: number, job: Job): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer)
        this.#handler?.({name: job.name, data: job.data}).catch((error: unknown) => {
          this.errors.push(error)
          this.#at(Date.now() + 50, job)
        })
      },
      Math.max(0, time - Date.now()),
    )
    this.#timers.add(timer)
  }
}
