import type {LookupAddress} from 'node:dns'
import {lookup} from 'node:dns/promises'
import {type ClientRequest, type IncomingMessage, request as httpRequest} from 'node:http'
import {request as httpsRequest} from 'node:https'
import {type LookupFunction, isIP} from 'node:net'
import {type WebAnswer, type WebMessage, WebSendError, type WebSender} from '../../ports/web-sender.ts'
import {type AddressKind, addressKind} from './address-kind.ts'

/** `public`: only the internet; `loopback`: this machine too; `any`: also the networks around it. */
export type Reach = 'public' | 'loopback' | 'any'

export interface GuardedSenderOptions {
  readonly reach: Reach
  /** The IP addresses of a name; DNS unless given. */
  readonly resolve?: (name: string) => Promise<readonly LookupAddress[]>
}

const ALLOWED: Readonly<Record<Reach, ReadonlySet<AddressKind>>> = {
  public: new Set(['public']),
  loopback: new Set(['public', 'loopback']),
  any: new Set(['public', 'loopback', 'private']),
}
/** Nobody's answer to a message is longer, and whoever sends more must not fill our memory. */
const MOST_BYTES = 8192
const MOST_CHARACTERS = 2000

/**
 * Posts to addresses that users gave, and to none that only this machine can reach unless it is told to. The connection
 * goes to an address that was looked at: asked again in between, a name could lead somewhere else.
 */
export function createGuardedSender({reach, resolve = resolveByDns}: GuardedSenderOptions): WebSender {
  const check = (address: string, url: URL): void => {
    const kind = addressKind(address)
    if (!ALLOWED[reach].has(kind)) {
      throw refusal(`${url.hostname} leads to a ${kind} address, to which nothing is sent from here.`)
    }
    if (url.protocol === 'http:' && kind !== 'loopback') throw refusal('Only https is sent to another machine.')
  }
  const lookUpChecked = async (name: string, url: URL): Promise<LookupAddress[]> => {
    const addresses = await resolve(name)
    for (const {address} of addresses) check(address, url)
    if (addresses.length === 0) throw new Error(`${name} has no address`)
    return [...addresses]
  }
  return {
    async post(message, {timeoutMs}) {
      const url = URL.parse(message.url)
      if (!url || !['http:', 'https:'].includes(url.protocol)) throw refusal('The address is not one of https.')
      const host = url.hostname.replace(/^\[|\]$/gu, '')
      if (isIP(host)) check(host, url)
      const lookUp: LookupFunction = (name, {all}, done) => {
        /* eslint-disable promise/no-callback-in-promise -- net asks for a name in this way alone */
        void lookUpChecked(name, url).then(
          (addresses) => (all ? done(null, addresses) : done(null, addresses[0]!.address, addresses[0]!.family)),
          (error: Error) => done(error, '', 0),
        )
        /* eslint-enable promise/no-callback-in-promise */
      }
      const signal = AbortSignal.timeout(timeoutMs)
      try {
        return await exchange(url, message, lookUp, signal)
      } catch (error) {
        if (error instanceof WebSendError) throw error
        const what = signal.aborted ? `no answer within ${timeoutMs / 1000} s` : reasonOf(error)
        throw new WebSendError(`${url.host}: ${what}`, {permanent: false, cause: error})
      }
    },
  }
}

async function exchange(
  url: URL,
  message: WebMessage,
  lookUp: LookupFunction,
  signal: AbortSignal,
): Promise<WebAnswer> {
  const {promise, resolve, reject} = Promise.withResolvers<IncomingMessage>()
  const body = typeof message.body === 'string' ? Buffer.from(message.body) : message.body
  const request: ClientRequest = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method: 'POST',
    headers: {...message.headers, 'content-length': String(body.length)},
    lookup: lookUp,
    // Connections are not kept: they would be to as many servers as there are users.
    agent: false,
    signal,
  })
  request.once('response', resolve)
  // Stays on: also after the answer began the request can break, and an event nobody hears ends the process.
  request.on('error', reject)
  request.end(body)
  const answer = await promise
  try {
    return {status: answer.statusCode!, text: await beginning(answer)}
  } finally {
    request.destroy()
  }
}

async function beginning(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= MOST_BYTES) break
  }
  return Buffer.concat(chunks).toString().slice(0, MOST_CHARACTERS)
}

const resolveByDns = async (name: string) => lookup(name, {all: true})

const refusal = (message: string): WebSendError => new WebSendError(message, {permanent: true})

function reasonOf(error: unknown): string {
  // Several addresses were tried, and the error of each is inside.
  const first = error instanceof AggregateError ? error.errors[0] : error
  return first instanceof Error ? first.message : String(first)
}
