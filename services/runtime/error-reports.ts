import type {ErrorFacts, ErrorReporter} from '../ports/error-reporter.ts'

/** The same fault again and again is one fault. */
const SAME_EVERY_MS = 60_000
const REMEMBERED = 200

/** Fields of a log line that say where something failed. A line can hold anything else; that stays here. */
const FACTS = [
  'request_id',
  'task_id',
  'series_id',
  'rule',
  'reminder_id',
  'delivery_id',
  'event_id',
  'event_type',
  'topic',
  'partition',
  'consumer',
  'channel',
  'job',
  'code',
  'method',
]

/** Log lines at ERROR with an error in them go to a reporter, once there is one; each fault at most once a minute. */
export class ErrorReports {
  readonly #clock: () => number
  readonly #quietUntil = new Map<string, number>()
  #reporter: ErrorReporter | undefined

  constructor(clock: () => number = Date.now) {
    this.#clock = clock
  }

  connect(reporter: ErrorReporter | undefined): void {
    this.#reporter = reporter
  }

  /** What a log method of pino was called with: an object and a message, or a message alone. */
  note([fields, text]: readonly unknown[]): void {
    if (this.#reporter === undefined || typeof fields !== 'object' || fields === null) return
    const {error, ...others} = fields as {readonly error?: unknown; readonly [name: string]: unknown}
    if (!(error instanceof Error)) return
    const message = typeof text === 'string' ? text : error.name
    const now = this.#clock()
    const key = `${message}\n${error.name}\n${error.message}`
    if ((this.#quietUntil.get(key) ?? 0) > now) return
    this.#quietUntil.delete(key)
    this.#quietUntil.set(key, now + SAME_EVERY_MS)
    if (this.#quietUntil.size > REMEMBERED) this.#quietUntil.delete(this.#quietUntil.keys().next().value!)
    this.#reporter.report(error, message, factsOf(others))
  }
}

function factsOf(fields: Readonly<Record<string, unknown>>): ErrorFacts {
  const facts: Record<string, string | number> = {}
  for (const name of FACTS) {
    const value = fields[name]
    if (typeof value === 'string' || typeof value === 'number') facts[name] = value
  }
  return facts
}
