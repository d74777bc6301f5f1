import {createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify} from 'node:crypto'
import type {Received} from './web-receiver.ts'

/** A browser that subscribed: its keys, and the reading of what was pushed to it, as RFC 8188 and 8291 say. */
export class PushBrowser {
  readonly #curve = createECDH('prime256v1')
  readonly #auth = randomBytes(16)
  readonly #publicKey: Buffer

  constructor() {
    this.#publicKey = this.#curve.generateKeys()
  }

  get keys(): {p256dh: string; auth: string} {
    return {p256dh: this.#publicKey.toString('base64url'), auth: this.#auth.toString('base64url')}
  }

  /** Throws when it was not encrypted for this browser. */
  read({headers, body}: Received): unknown {
    if (headers['content-encoding'] !== 'aes128gcm') throw new Error(`encoded as ${headers['content-encoding']}`)
    const salt = body.subarray(0, 16)
    const keyLength = body[20]!
    const senderKey = body.subarray(21, 21 + keyLength)
    const record = body.subarray(21 + keyLength)
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.#publicKey, senderKey])
    const secret = hkdf(this.#curve.computeSecret(senderKey), this.#auth, info, 32)
    const key = hkdf(secret, salt, Buffer.from('Content-Encoding: aes128gcm\0'), 16)
    const nonce = hkdf(secret, salt, Buffer.from('Content-Encoding: nonce\0'), 12)
    const decipher = createDecipheriv('aes-128-gcm', key, nonce)
    decipher.setAuthTag(record.subarray(-16))
    const plain = Buffer.concat([decipher.update(record.subarray(0, -16)), decipher.final()])
    // The one and last record ends with 2, and zeros after it.
    const end = plain.lastIndexOf(2)
    return JSON.parse(plain.subarray(0, end).toString())
  }
}

const hkdf = (key: Buffer, salt: Buffer, info: Buffer, length: number): Buffer =>
  Buffer.from(hkdfSync('sha256', key, salt, info, length))

/** The claims of a VAPID header (RFC 8292) after its signature has been checked against the key that was handed out. */
export function vapidClaims({headers}: Received, publicKey: string): Record<string, unknown> {
  const [, token, key] = /^vapid t=([\w.-]+), ?k=([\w-]+)$/u.exec(headers.authorization ?? '') ?? []
  if (token === undefined || key !== publicKey) throw new Error(`authorization is ${headers.authorization}`)
  const [head, claims, signature] = token.split('.') as [string, string, string]
  const point = Buffer.from(publicKey, 'base64url')
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }
  const good = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    {key: createPublicKey({key: jwk, format: 'jwk'}), dsaEncoding: 'ieee-p1363'},
    Buffer.from(signature, 'base64url'),
  )
  if (!good) throw new Error('the signature does not hold')
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>
}
