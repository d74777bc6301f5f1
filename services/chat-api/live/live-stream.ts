import type {ServerResponse} from 'node:http'

/** What waits for a reader that does not read, at most; besides what the two kernels keep. */
const MAX_WAITING_BYTES = 64 * 1024

/** Clients come back at different times when a process ends with all of its streams. */
const retryMs = (): number => 1000 + Math.floor(Math.random() * 4000)

/** One open answer of `GET /live`. */
export class LiveStream {
  readonly userId: string
  readonly credentialId: string
  /** When the key or session was last known to hold, ms, monotonic. */
  checkedAt: number
  readonly #response: ServerResponse
  #writtenAt: number

  constructor(who: {userId: string; credentialId: string}, response: ServerResponse, now: number) {
    this.userId = who.userId
    this.credentialId = who.credentialId
    this.#response = response
    this.checkedAt = now
    this.#writtenAt = now
  }

  begin(): void {
    this.#response.write(`retry: ${retryMs()}\n${READY}`)
  }

  /** False: what was written before still waits, and the reader is cut off. */
  write(text: string, now: number): boolean {
    if (this.#response.writableLength > MAX_WAITING_BYTES) {
      this.#response.destroy()
      return false
    }
    this.#writtenAt = now
    this.#response.write(text)
    return true
  }

  /** A comment when nothing was written for this long: so both ends notice when the connection is gone. */
  keepAlive(now: number, commentMs: number): boolean {
    return now - this.#writtenAt < commentMs || this.write(':\n\n', now)
  }

  end(): void {
    this.#response.end()
  }
}

export const READY = 'event: ready\ndata: {}\n\n'
