import {X509Certificate} from 'node:crypto'
import {join} from 'node:path'
import {connect} from 'node:tls'
import {readIfThere} from '../../client/credentials.ts'
import {LOOPBACK} from './ports.ts'

export interface CertificateFacts {
  /** Where the authority lies. */
  readonly folder: string
  /** The certificates of the authority; none when there is no such folder. ms, UTC. */
  readonly authority: readonly {readonly name: string; readonly endsAt: number}[]
  readonly served: readonly ServedCertificate[]
}

export interface ServedCertificate {
  readonly program: string
  readonly endsAt: number
  /** Signed by the authority. */
  readonly trusted: boolean
  /** It talks to whoever shows no certificate. */
  readonly open: boolean
}

/** A port that may speak TLS. Sentry gives certificates to those that have none, so it is open by nature. */
export interface SecurePort {
  readonly program: string
  readonly port: number
}

const LIMIT_MS = 3000
/** An HTTP/2 client's first words: whoever insists on a certificate answers them with an alert, in TLS 1.3 only then. */
const PREFACE = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
])

/** Reads the authority's files, and connects to each port as somebody without a certificate. */
export async function readCertificates(folder: string, ports: readonly SecurePort[]): Promise<CertificateFacts> {
  const root = await readIfThere(join(folder, 'ca.crt'))
  const issuer = await readIfThere(join(folder, 'issuer.crt'))
  const authority = [
    ...(root === undefined ? [] : [{name: 'the root certificate', endsAt: firstEndOf(root)}]),
    ...(issuer === undefined ? [] : [{name: "the issuer's certificate", endsAt: firstEndOf(issuer)}]),
  ]
  const served = await Promise.all(ports.map(async (port) => await askForCertificate(port, root)))
  return {folder, authority, served: served.filter((one) => one !== undefined)}
}

/** Of a file with several the first to end counts; ms, UTC. */
export function firstEndOf(pem: string): number {
  const all = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/gu) ?? []
  return Math.min(...all.map((text) => Date.parse(new X509Certificate(text).validTo)))
}

/** Undefined: what listens there does not speak TLS, or nobody does. */
async function askForCertificate(
  {program, port}: SecurePort,
  root: string | undefined,
): Promise<ServedCertificate | undefined> {
  return await new Promise((resolve) => {
    let seen: Omit<ServedCertificate, 'open'> | undefined
    const settle = (open: boolean): void => {
      socket.destroy()
      resolve(seen && {...seen, open})
    }
    const socket = connect({
      host: LOOPBACK,
      port,
      ...(root !== undefined && {ca: root}),
      ALPNProtocols: ['h2'],
      // Whatever it is, it is looked at; its name is a SPIFFE id, not a host.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    })
    socket.setTimeout(LIMIT_MS, () => settle(false))
    socket.once('secureConnect', () => {
      const {valid_to: end} = socket.getPeerCertificate()
      seen = {program, endsAt: Date.parse(end), trusted: socket.authorized}
      socket.write(PREFACE)
    })
    socket.once('data', () => settle(true))
    socket.on('error', () => settle(false))
    socket.once('close', () => settle(false))
  })
}
