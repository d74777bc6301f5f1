import type {HealthResponse} from '../contracts/status.ts'
import {APPLICATION_VERSION} from './application-version.ts'

/** Resolves when the part works; throws, with a message that may be shown, when it does not. */
export type HealthCheck = () => Promise<void>

/** The health of one service. Draining and a failing check both answer 503, so that the bus and the load balancer stop. */
export class Health {
  readonly #service: string
  readonly #checks: Readonly<Record<string, HealthCheck>>
  #draining = false

  constructor(service: string, checks: Readonly<Record<string, HealthCheck>>) {
    this.#service = service
    this.#checks = checks
  }

  drain(): void {
    this.#draining = true
  }

  async report(): Promise<HealthResponse> {
    const checks: HealthResponse['checks'] = {}
    await Promise.all(
      Object.entries(this.#checks).map(async ([name, check]) => {
        try {
          await check()
          checks[name] = {ok: true}
        } catch (error) {
          checks[name] = {ok: false, detail: error instanceof Error ? error.message : String(error)}
        }
      }),
    )
    const ok = Object.values(checks).every((check) => check.ok)
    const status = this.#draining ? 'draining' : ok ? 'ok' : 'unavailable'
    return {service: this.#service, status, version: APPLICATION_VERSION, checks}
  }
}
