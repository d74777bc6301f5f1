import type {Job, JobHandler, JobScheduler} from '../../ports/job-scheduler.ts'
import {currentTraceparent, inSpan} from '../../runtime/tracing.ts'
import {type Sidecar, failureOf} from './sidecar.ts'

/** At a time: 560 to 1,630 jobs a second were measured with 25 under way. */
const PARALLEL = 25
/** An unreachable scheduler would hold a call for 30 s; whoever schedules tries again anyway. */
const TIMEOUT_MS = 2000
/**
 * Without a policy of its own a job is given up after three tries in three seconds. Without maxRetries it is tried until
 * it is done; 1 s apart, for a reminder is late after 30.
 */
const FAILURE_POLICY = {constant: {interval: '1s'}}

/** Jobs of the Dapr scheduler; they come back to this app as POST /job/<name>. */
export class DaprJobScheduler implements JobScheduler {
  readonly #sidecar: Sidecar
  readonly #timeoutMs: number
  #handler: JobHandler | undefined

  constructor(options: {sidecar: Sidecar; timeoutMs?: number}) {
    this.#sidecar = options.sidecar
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  }

  handle(handler: JobHandler): void {
    this.#handler = handler
  }

  get handled(): boolean {
    return this.#handler !== undefined
  }

  /** Throws when a job was not taken; the others may have been, and scheduling them again changes nothing. */
  async schedule(jobs: readonly Job[]): Promise<void> {
    const waiting = [...jobs]
    const worker = async (): Promise<void> => {
      for (let job = waiting.shift(); job; job = waiting.shift()) await this.#schedule(job)
    }
    await Promise.all(Array.from({length: Math.min(PARALLEL, jobs.length)}, worker))
  }

  async #schedule(job: Job): Promise<void> {
    const {name} = job
    const options = {kind: 'producer', parent: currentTraceparent(), attributes: {'todo5.job': name}} as const
    await inSpan('schedule job', options, async ({traceparent}) => this.#post(job, traceparent))
  }

  async #post({name, dueAt, data}: Job, traceparent: string): Promise<void> {
    const body = {dueTime: dueAt.toISOString(), data: {data, traceparent}, failurePolicy: FAILURE_POLICY}
    const answer = await this.#sidecar.call({
      method: 'POST',
      path: `/v1.0/jobs/${encodeURIComponent(name)}`,
      headers: {'content-type': 'application/json', traceparent},
      body: JSON.stringify(body),
      timeoutMs: this.#timeoutMs,
      repeatable: true,
    })
    const exists = answer.status === 409
    if (exists || (answer.status >= 200 && answer.status < 300)) return
    throw new Error(`the job ${name} was not taken: ${failureOf(answer)}`)
  }

  /** What the scheduler posts when the time has come. A throw makes it call again. */
  async run(name: string, body: unknown): Promise<void> {
    const handler = this.#handler
    if (!handler) throw new Error('no jobs are handled here')
    const {data, traceparent} = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
    const parent = typeof traceparent === 'string' ? traceparent : null
    // A job of somebody else under our app id: its handler finds nothing in it to do.
    const job = {name, data: typeof data === 'object' && data !== null ? (data as Job['data']) : {}}
    await inSpan('run job', {kind: 'consumer', parent, attributes: {'todo5.job': name}}, async () => handler(job))
  }
}
