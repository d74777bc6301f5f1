import {mkdir, open, stat, truncate} from 'node:fs/promises'
import {dirname} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {ReleaseUnavailable} from './release-unavailable.ts'

export interface DownloadOptions {
  readonly signal: AbortSignal
  readonly onProgress?: (done: number, total: number | undefined) => void
  /** ms without a byte after which the connection counts as dead. */
  readonly stallMs?: number
  /** ms before the second attempt; doubles with each. */
  readonly pauseMs?: number
}

/** A connection that dies is taken up again so often, if nothing came in between. */
const ATTEMPTS = 5
const STALL_MS = 60_000
const PAUSE_MS = 500
/** No use in asking again. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
])

/**
 * Fetches `url` into `file`, going on from what an earlier attempt left there; who calls checks the result.
 * @throws ReleaseUnavailable when it cannot be had; what came so far stays
 */
export async function download(url: string, file: string, options: DownloadOptions): Promise<void> {
  await mkdir(dirname(file), {recursive: true})
  for (let attempt = 1; ; attempt++) {
    const before = await sizeOrZero(file)
    try {
      await downloadRest(url, file, before, options)
      return
    } catch (error) {
      options.signal.throwIfAborted()
      if (error instanceof ReleaseUnavailable) throw error
      if (isDisk(error)) throw error
      if ((await sizeOrZero(file)) > before) attempt = 1
      if (UNREACHABLE.has(codeOf(error)) || attempt >= ATTEMPTS) throw unreachable(url, error)
      await delay((options.pauseMs ?? PAUSE_MS) * 2 ** (attempt - 1), undefined, {signal: options.signal})
    }
  }
}

async function downloadRest(url: string, file: string, have: number, options: DownloadOptions): Promise<void> {
  const stalled = new AbortController()
  const timer = setTimeout(() => stalled.abort(new Error('no byte came')), options.stallMs ?? STALL_MS)
  try {
    // Packed on the way it would have another checksum.
    const headers = {'accept-encoding': 'identity', ...(have > 0 && {range: `bytes=${have}-`})}
    const signal = AbortSignal.any([options.signal, stalled.signal])
    const response = await fetch(url, {headers, signal})
    if (response.status === 416) {
      await response.body?.cancel()
      // All is there, or it is of something else.
      if (response.headers.get('content-range') === `bytes */${have}`) return
      await truncate(file, 0)
      throw new Error('what an earlier download left does not fit')
    }
    if (!response.ok || response.body === null) {
      await response.body?.cancel()
      if (response.status >= 500 || response.status === 429) throw new Error(`HTTP ${response.status}`)
      const gone = response.status === 404 || response.status === 410
      throw new ReleaseUnavailable(`${url} answered with HTTP ${response.status}`, {gone})
    }
    const goesOn =
      response.status === 206 && response.headers.get('content-range')?.startsWith(`bytes ${have}-`) === true
    const from = goesOn ? have : 0
    const length = Number(response.headers.get('content-length') ?? Number.NaN)
    const total = Number.isNaN(length) ? undefined : from + length
    const done = await append(file, from, response.body, (count) => {
      timer.refresh()
      options.onProgress?.(count, total)
    })
    if (total !== undefined && done < total) throw new Error(`the connection ended after ${done} of ${total} bytes`)
  } finally {
    clearTimeout(timer)
  }
}

/** Each piece is on the disk before the next is asked for, so that a cut costs what was on its way and no more. */
async function append(
  file: string,
  from: number,
  body: AsyncIterable<Uint8Array>,
  onWritten: (count: number) => void,
): Promise<number> {
  const handle = await open(file, from > 0 ? 'a' : 'w')
  let done = from
  try {
    for await (const chunk of body) {
      await handle.writeFile(chunk)
      done += chunk.length
      onWritten(done)
    }
  } finally {
    await handle.close()
  }
  return done
}

/** A small text, whole or not at all. */
export async function downloadText(url: string, options: DownloadOptions): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      const signal = AbortSignal.any([options.signal, AbortSignal.timeout(options.stallMs ?? STALL_MS)])
      const response = await fetch(url, {signal})
      if (response.ok) return await response.text()
      await response.body?.cancel()
      if (response.status < 500 && response.status !== 429) {
        const gone = response.status === 404 || response.status === 410
        throw new ReleaseUnavailable(`${url} answered with HTTP ${response.status}`, {gone})
      }
      throw new Error(`HTTP ${response.status}`)
    } catch (error) {
      options.signal.throwIfAborted()
      if (error instanceof ReleaseUnavailable) throw error
      if (UNREACHABLE.has(codeOf(error)) || attempt >= ATTEMPTS) throw unreachable(url, error)
      await delay((options.pauseMs ?? PAUSE_MS) * 2 ** (attempt - 1), undefined, {signal: options.signal})
    }
  }
}

function unreachable(url: string, error: unknown): ReleaseUnavailable {
  const why = codeOf(error) || (error instanceof Error ? error.message : String(error))
  return new ReleaseUnavailable(`${new URL(url).host} cannot be reached (${why})`, {cause: error})
}

/** fetch hides what happened in its cause. */
function codeOf(error: unknown): string {
  const {code, cause} = (error ?? {}) as {code?: unknown; cause?: unknown}
  if (typeof code === 'string' && code !== '') return code
  return cause === undefined ? '' : codeOf(cause)
}

const isDisk = (error: unknown): boolean =>
  ['ENOSPC', 'EACCES', 'EPERM', 'EROFS', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')

async function sizeOrZero(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
}
