import type {CertificateFacts} from '../../supervisor/host/certificates.ts'
import {count, ok, problem, type Verdict, warning} from './check.ts'
import {HOST_COMMANDS, type NextCommands} from './next-commands.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** Sentry makes its authority for a year, and does not renew it. */
const SOON_MS = 30 * DAY_MS

/** mTLS: how long the authority holds, and whether what is served was signed by it and asks for a certificate, too. */
export function checkCertificates(
  {authority, served, folder}: CertificateFacts,
  now: number,
  commands: NextCommands = HOST_COMMANDS,
): Verdict {
  const renew = commands.renew(folder)
  if (authority.length === 0) return problem(`there is no certificate authority in ${folder}`, {next: renew})
  const expired: string[] = []
  const bad: string[] = []
  const soon: string[] = []
  for (const {name, endsAt} of authority) {
    if (endsAt <= now) expired.push(`${name} has ended on ${day(endsAt)}`)
    else if (endsAt - now < SOON_MS) soon.push(`${name} ends on ${day(endsAt)}`)
  }
  for (const {program, endsAt, trusted, open} of served) {
    if (endsAt <= now) expired.push(`the certificate of ${program} has ended at ${new Date(endsAt).toISOString()}`)
    else if (!trusted) bad.push(`the certificate of ${program} is not of this authority`)
    if (open) bad.push(`${program} takes connections without a certificate`)
  }
  const details = [...expired, ...bad, ...soon]
  if (expired.length > 0)
    return problem('a certificate has ended: sidecars cannot talk to each other', {details, next: renew})
  if (bad.length > 0) return problem('mTLS is not complete', {details, next: [commands.restart]})
  const first = Math.min(...authority.map(({endsAt}) => endsAt))
  if (soon.length > 0) return warning(`the authority ends on ${day(first)}`, {details, next: renew})
  const ends = `the authority ends on ${day(first)}`
  return ok(served.length === 0 ? ends : `${ends}; ${count(served.length, 'program')} with a certificate of it`)
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 10)
