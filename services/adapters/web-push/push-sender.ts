import {type KeyObject, createECDH, createPrivateKey, hkdfSync, randomBytes, sign} from 'node:crypto'
import ece from 'http_ece'
import type {PushSender} from '../../ports/push-sender.ts'
import {WebSendError, type WebSender} from '../../ports/web-sender.ts'

export interface PushSenderOptions {
  /** At least 32 characters, kept for good: with another one every device has to be added anew. */
  readonly secret: string
  /** The origin of this installation; told to push services, whose operators may want to reach us. */
  readonly contact: string
  readonly sender: WebSender
}

/** A token is taken for at most 24 hours (RFC 8292, section 2). */
const TOKEN_SECONDS = 12 * 3600

/** Web push (RFC 8030, 8291, 8292); what goes out goes through the guarded sender. */
export function createPushSender({secret, contact, sender}: PushSenderOptions): PushSender {
  const keys = vapidKeys(secret)
  // Only https and mailto are contacts, and push services refuse one on this machine.
  const subject = contact.startsWith('https:') ? contact : 'https://todo5.invalid'
  return {
    publicKey: keys.publicKey,
    async send({endpoint, p256dh, auth}, {payload, ttlSeconds, topic}, {timeoutMs}) {
      const headers = {
        authorization: `vapid t=${token(new URL(endpoint).origin, subject, keys.signingKey)}, k=${keys.publicKey}`,
        'content-encoding': 'aes128gcm',
        'content-type': 'application/octet-stream',
        ttl: String(ttlSeconds),
        urgency: 'high',
        topic,
      }
      return sender.post({url: endpoint, headers, body: encrypt(payload, p256dh, auth)}, {timeoutMs})
    },
  }
}

function encrypt(payload: string, p256dh: string, auth: string): Buffer {
  const privateKey = createECDH('prime256v1')
  privateKey.generateKeys()
  const salt = randomBytes(16).toString('base64url')
  try {
    return ece.encrypt(Buffer.from(payload), {version: 'aes128gcm', dh: p256dh, authSecret: auth, salt, privateKey})
  } catch (error) {
    // Nothing has been sent; the keys of the device are no keys.
    const reason = error instanceof Error ? error.message : String(error)
    throw new WebSendError(`The device cannot be encrypted for: ${reason}`, {permanent: true, cause: error})
  }
}

/** ES256 (RFC 7518, section 3.4): that the message is from whoever has the key that the browser was given. */
function token(audience: string, subject: string, key: KeyObject): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const exp = Math.floor(Date.now() / 1000) + TOKEN_SECONDS
  const signed = `${part({typ: 'JWT', alg: 'ES256'})}.${part({aud: audience, exp, sub: subject})}`
  const signature = sign('sha256', Buffer.from(signed), {key, dsaEncoding: 'ieee-p1363'})
  return `${signed}.${signature.toString('base64url')}`
}

/** Order of the group of P-256 (FIPS 186-5, SP 800-186). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/**
 * A key pair for each secret, always the same one, so that any random text will do as the secret. 64 bits more than the
 * order has make the private key as good as evenly distributed (FIPS 186-5, A.2.1).
 */
function vapidKeys(secret: string): {publicKey: string; signingKey: KeyObject} {
  const drawn = Buffer.from(hkdfSync('sha256', secret, '', 'todo5 web push', 40)).toString('hex')
  const scalar = (BigInt(`0x${drawn}`) % (ORDER - 1n)) + 1n
  const privateKey = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex')
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(privateKey)
  const point = curve.getPublicKey()
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'))
  const jwk = {kty: 'EC', crv: 'P-256', x: x!, y: y!, d: privateKey.toString('base64url')}
  return {publicKey: point.toString('base64url'), signingKey: createPrivateKey({key: jwk, format: 'jwk'})}
}
