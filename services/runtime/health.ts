import {setTimeout as delay} from 'node:timers/promises'
import type {HealthResponse} from '../contracts/status.ts'
import {APPLICATION_VERSION} from './application-version.ts'

/** Resolves when the part works; throws, with a message that may be shown, when it does not. */
export type HealthCheck = () => Promise<void>

type Outcome = HealthResponse['checks'][string]

/** A sidecar gives a probe 500 ms: a check that waits in a queue behind requests must not look like an outage. */
const ANSWER_WITHIN_MS = 200
/** After this a check that neither ended nor failed counts as failed. */
const PATIENCE_MS = 5000

/** The health of one service. Draining and a failing check both answer 503, so that the bus and the load balancer stop. */
export class Health {
  readonly #service: string
  readonly #checks: readonly PatientCheck[]
  #draining = false

  constructor(service: string, checks: Readonly<Record<string, HealthCheck>>, patienceMs = PATIENCE_MS) {
    this.#service = service
    this.#checks = Object.entries(checks).map(([name, check]) => new PatientCheck(name, check, patienceMs))
  }

  drain(): void {
    this.#draining = true
  }

  async report(): Promise<HealthResponse> {
    const entries = await Promise.all(this.#checks.map(async (check) => [check.name, await check.outcome()] as const))
    const ok = entries.every(([, outcome]) => outcome.ok)
    const status = this.#draining ? 'draining' : ok ? 'ok' : 'unavailable'
    return {service: this.#service, status, version: APPLICATION_VERSION, checks: Object.fromEntries(entries)}
  }
}

/** One run at a time; while one takes long, what the last one found stands. */
class PatientCheck {
  readonly name: string
  readonly #check: HealthCheck
  readonly #patienceMs: number
  #running: {readonly outcome: Promise<Outcome>; readonly since: number} | undefined
  #last: Outcome | undefined

  constructor(name: string, check: HealthCheck, patienceMs: number) {
    this.name = name
    this.#check = check
    this.#patienceMs = patienceMs
  }

  async outcome(): Promise<Outcome> {
    this.#running ??= {outcome: this.#run(), since: performance.now()}
    const {outcome, since} = this.#running
    const left = Math.max(0, this.#patienceMs - (performance.now() - since))
    const quick = this.#last === undefined ? left : Math.min(left, ANSWER_WITHIN_MS)
    const late = new AbortController()
    const waited = delay(quick, undefined, {signal: late.signal}).catch(() => undefined)
    const found = await Promise.race([outcome, waited])
    late.abort()
    if (found) return found
    if (this.#last !== undefined && performance.now() - since < this.#patienceMs) return this.#last
    return {ok: false, detail: `no answer within ${this.#patienceMs / 1000} s`}
  }

  async #run(): Promise<Outcome> {
    let outcome: Outcome = {ok: true}
    try {
      await this.#check()
    } catch (error) {
      outcome = {ok: false, detail: error instanceof Error ? error.message : String(error)}
    }
    this.#last = outcome
    this.#running = undefined
    return outcome
  }
}
