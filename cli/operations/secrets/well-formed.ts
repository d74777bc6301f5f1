import {X509Certificate} from 'node:crypto'
import type {SecretKey} from './catalogue.ts'

/**
 * What is wrong with a value, as the end of a sentence such as `is no URL of PostgreSQL`; undefined: nothing. No part of
 * the value is in it.
 */
export function faultOf({kind, least}: SecretKey, value: string, now: number): string | undefined {
  if (value === '') return 'is empty'
  if (kind === 'pem') return faultOfPem(value, now)
  if (/[\r\n]/u.test(value)) return 'has more than one line'
  if (value !== value.trim()) return 'begins or ends with a space'
  switch (kind) {
    case 'database_url':
      return faultOfDatabase(value)
    case 'direct_database_url':
      return (
        faultOfDatabase(value) ?? (isPooled(value) ? 'goes through a pooler, where it has to be direct' : undefined)
      )
    case 'smtp_url':
      return faultOfUrl(value, ['smtp:', 'smtps:'], 'a mail server, smtp://… or smtps://…')
    case 'brokers':
      return /^[\w.-]+:\d{1,5}(,[\w.-]+:\d{1,5})*$/u.test(value) ? undefined : 'is no list of HOST:PORT'
    case 'random':
    case 'text':
      return value.length < least ? `has less than ${least} characters` : undefined
  }
}

function faultOfUrl(value: string, protocols: readonly string[], what: string): string | undefined {
  const url = URL.parse(value)
  return url === null || url.hostname === '' || !protocols.includes(url.protocol) ? `is no URL of ${what}` : undefined
}

function faultOfDatabase(value: string): string | undefined {
  const fault = faultOfUrl(value, ['postgres:', 'postgresql:'], 'PostgreSQL, postgres://…')
  if (fault !== undefined) return fault
  const url = new URL(value)
  if (url.username === '') return 'names no login'
  if (url.password === '') return 'has no password'
  if (url.pathname.length < 2) return 'names no database'
  const encrypted = ['require', 'verify-ca', 'verify-full'].includes(url.searchParams.get('sslmode') ?? '')
  return encrypted || isInCluster(url.hostname) ? undefined : 'is not encrypted: add sslmode=require, or verify-full'
}

/** As Neon names the address of its pooler. */
const isPooled = (value: string): boolean => /^[^.]+-pooler\./u.test(new URL(value).hostname)

/** Whether a host is known inside of the cluster alone. */
export const isInCluster = (host: string): boolean => !host.includes('.') || /\.svc(\.|$)|^(127\.|10\.)/u.test(host)

function faultOfPem(value: string, now: number): string | undefined {
  try {
    const {validToDate} = new X509Certificate(value)
    return validToDate.getTime() < now ? `ended on ${validToDate.toISOString().slice(0, 10)}` : undefined
  } catch {
    return 'is no certificate (PEM)'
  }
}

/** Where a value leads: host and port; undefined: nowhere. */
export function addressesOf({kind}: SecretKey, value: string): {host: string; port: number}[] {
  if (kind === 'brokers') {
    return value.split(',').map((one) => {
      const [host = '', port = ''] = one.split(':')
      return {host, port: Number(port)}
    })
  }
  if (kind !== 'database_url' && kind !== 'direct_database_url' && kind !== 'smtp_url') return []
  const {hostname, port, protocol} = new URL(value)
  const usual = {'smtp:': 587, 'smtps:': 465}[protocol] ?? 5432
  return [{host: hostname, port: port === '' ? usual : Number(port)}]
}
