import type {LiveTaskMessage} from '../../../../contracts/live.ts'

export interface LiveFeedOptions {
  /** Events come from now on; what was read before may have changed meanwhile, also at the first time. */
  readonly onReady: () => void
  readonly onTask: (message: LiveTaskMessage) => void
  /** Whether events come, or have been away for longer than a moment. */
  readonly onState: (isLive: boolean) => void
}

/** What is said of an interruption only after this long: most end by themselves. */
const NOTICED_MS = 5000
/** After the browser has given up, as for an answer that is no stream. */
const ANEW_MS = 3000

/** Follows GET /live for as long as it is open. */
export class LiveFeed {
  readonly #options: LiveFeedOptions
  #source: EventSource | undefined
  #notice: ReturnType<typeof setTimeout> | undefined
  #anew: ReturnType<typeof setTimeout> | undefined

  constructor(options: LiveFeedOptions) {
    this.#options = options
    this.#open()
  }

  close(): void {
    clearTimeout(this.#notice)
    clearTimeout(this.#anew)
    this.#source?.close()
  }

  #open(): void {
    const source = new EventSource('/api/v1/live')
    this.#source = source
    source.addEventListener('ready', () => this.#ready())
    source.addEventListener('task', ({data}) => this.#options.onTask(JSON.parse(data as string) as LiveTaskMessage))
    source.addEventListener('error', () => this.#lost(source))
  }

  #ready(): void {
    clearTimeout(this.#notice)
    this.#notice = undefined
    this.#options.onState(true)
    this.#options.onReady()
  }

  #lost(source: EventSource): void {
    this.#notice ??= setTimeout(() => this.#options.onState(false), NOTICED_MS)
    if (source.readyState !== EventSource.CLOSED) return
    clearTimeout(this.#anew)
    this.#anew = setTimeout(() => this.#open(), ANEW_MS)
  }
}
