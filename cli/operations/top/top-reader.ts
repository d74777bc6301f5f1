import {setTimeout as delay} from 'node:timers/promises'
import {healthResponse} from '../../../services/contracts/status.ts'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {ask, jsonOf, serviceHealth} from '../../supervisor/health.ts'
import type {ConsumerLag} from '../consumer-lag.ts'
import {lookAt, type ServiceLook, type Top} from './look.ts'
import {readSamples, Samples} from './samples.ts'

/** Where the numbers of a todo5 are, at this moment. */
export interface TopPlace {
  readonly target: Top['target']
  readonly version: string
  /** Origins that answer on /metrics and /healthz, with the service that each is of; null: of all. */
  readonly origins: readonly {readonly service: string | null; readonly url: string}[]
  /** Rejects with a CliError when Kafka does not answer; undefined: there is none. */
  readonly lag: (() => Promise<readonly ConsumerLag[]>) | undefined
}

export interface TopSources {
  /** Undefined: it does not run. */
  readonly find: () => Promise<TopPlace | undefined>
  /** ms since the epoch. */
  readonly now: () => number
  readonly target: Top['target']
}

/** ms between the two readings of the first look: without a reading before, nothing has a rate. */
const FIRST_PAUSE_MS = 1000
/** ms over which the slowest are looked for. */
const WINDOW_MS = 60_000

/** Looks again and again, and remembers what was before. */
export class TopReader {
  readonly #sources: TopSources
  #kept: readonly Samples[] = []

  constructor(sources: TopSources) {
    this.#sources = sources
  }

  /** @throws CliError `not_running` (exit 6) */
  async look(): Promise<Top> {
    if (this.#kept.length === 0) {
      this.#kept = [(await this.#read(await this.#place())).samples]
      await delay(FIRST_PAUSE_MS)
    }
    const place = await this.#place()
    const [{samples: now, states}, lag] = await Promise.all([this.#read(place), lagOf(place)])
    const kept = this.#kept.filter(({at}) => at >= now.at - WINDOW_MS)
    const before = this.#kept.at(-1)!
    this.#kept = [...kept, now]
    const {target, version} = place
    return lookAt({target, version, states, lag, now, before, minuteAgo: kept[0] ?? before})
  }

  async #place(): Promise<TopPlace> {
    const place = await this.#sources.find()
    if (place) return place
    this.#kept = []
    const {target} = this.#sources
    throw new CliError(`${target} does not run.`, {
      code: 'not_running',
      exit: EXIT.unreachable,
      hints: [target === 'local' ? 'todo5 up' : 'todo5 up host'],
    })
  }

  async #read({origins}: TopPlace): Promise<{samples: Samples; states: Map<string, ServiceLook['state']>}> {
    const at = this.#sources.now()
    const states = new Map<string, ServiceLook['state']>()
    const texts = await Promise.all(
      origins.map(async ({service, url}) => {
        const [metrics, health] = await Promise.all([ask(`${url}/metrics`), healthOf(service, url)])
        for (const [name, state] of health) states.set(name, state)
        return metrics?.status === 200 ? metrics.body : ''
      }),
    )
    return {samples: new Samples(at, texts.flatMap(readSamples)), states}
  }
}

async function healthOf(service: string | null, url: string): Promise<[string, ServiceLook['state']][]> {
  if (service === null) return ((await serviceHealth(url)) ?? []).map((one) => [one.service, one.status])
  const answer = await ask(`${url}/healthz`)
  const health = answer && healthResponse.safeParse(jsonOf(answer)).data
  return [[service, health?.status ?? 'away']]
}

async function lagOf({lag}: TopPlace): Promise<readonly ConsumerLag[] | null> {
  if (lag === undefined) return null
  try {
    return await lag()
  } catch (error) {
    // Its column says so.
    if (error instanceof CliError) return null
    throw error
  }
}
