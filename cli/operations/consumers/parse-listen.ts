import {usageError} from '../../errors.ts'

/** PORT on the loopback address, or HOST:PORT; an IPv6 host in brackets. 0 is any port that is free. */
export function parseListen(text: string): {host: string; port: number} {
  const [, bracketed, plain, digits] = /^(?:(?:\[([\da-f:]+)\]|([\w.-]+)):)?(\d{1,5})$/iu.exec(text) ?? []
  const port = Number(digits)
  if (digits !== undefined && port <= 65_535) return {host: bracketed ?? plain ?? '127.0.0.1', port}
  throw usageError(`--listen: "${text}" is neither PORT nor HOST:PORT.`, 'invalid_value', '--listen 9308')
}
