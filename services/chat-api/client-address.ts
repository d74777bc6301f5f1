import type {IncomingMessage} from 'node:http'
import {isIP} from 'node:net'

/**
 * The address of the client, for limits: of the socket, or what the outermost of `trustedProxyHops` proxies of ours saw.
 * Each proxy appends the address that it saw to X-Forwarded-For, so what stands further left was written by the client.
 */
export function clientAddress(request: IncomingMessage, trustedProxyHops: number): string {
  const socketAddress = plain(request.socket.remoteAddress ?? '')
  if (trustedProxyHops <= 0) return socketAddress
  const header = request.headers['x-forwarded-for']
  const chain = (Array.isArray(header) ? header.join(',') : (header ?? ''))
    .split(',')
    .map((entry) => plain(entry.trim()))
  const seen = chain.at(-trustedProxyHops) ?? ''
  return isIP(seen) === 0 ? socketAddress : seen
}

/** One key for whoever shares limits: an IPv4 address, or the /64 that one customer of a provider has. */
export function limitKey(address: string): string {
  if (isIP(address) !== 6) return address
  const [head = '', tail = ''] = address.split('%')[0]!.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === '' ? [] : tail.split(':')
  const missing = address.includes('::') ? 8 - left.length - right.length : 0
  const groups = [...left, ...Array<string>(Math.max(0, missing)).fill('0'), ...right]
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`
}

/** ::ffff:192.0.2.1 is how a dual-stack socket writes 192.0.2.1. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/iu, '')
