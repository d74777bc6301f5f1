import {createECDH, hkdfSync} from 'node:crypto'
import webPush from 'web-push'
import type {PushSender} from '../../ports/push-sender.ts'
import {WebSendError, type WebSender} from '../../ports/web-sender.ts'

export interface PushSenderOptions {
  /** At least 32 characters, kept for good: with another one every device has to be added anew. */
  readonly secret: string
  /** The origin of this installation; told to push services, whose operators may want to reach us. */
  readonly contact: string
  readonly sender: WebSender
}

/** Web push (RFC 8030, 8291, 8292). web-push encrypts and signs; what goes out goes through the guarded sender. */
export function createPushSender({secret, contact, sender}: PushSenderOptions): PushSender {
  const keys = vapidKeys(secret)
  // The library takes https and mailto alone, and Apple's service refuses a contact on localhost.
  const subject = contact.startsWith('https:') ? contact : 'https://todo5.invalid'
  return {
    publicKey: keys.publicKey,
    async send({endpoint, p256dh, auth}, {payload, ttlSeconds, topic}, {timeoutMs}) {
      let details: webPush.RequestDetails
      try {
        details = webPush.generateRequestDetails({endpoint, keys: {p256dh, auth}}, payload, {
          vapidDetails: {subject, ...keys},
          TTL: ttlSeconds,
          urgency: 'high',
          topic,
          contentEncoding: 'aes128gcm',
        })
      } catch (error) {
        // Nothing has been sent; the keys of the device are no keys.
        const reason = error instanceof Error ? error.message : String(error)
        throw new WebSendError(`The device cannot be encrypted for: ${reason}`, {permanent: true, cause: error})
      }
      const {body, headers: texts} = details
      if (body === null) throw new WebSendError('There is nothing to send.', {permanent: true})
      return sender.post({url: endpoint, headers: texts, body}, {timeoutMs})
    },
  }
}

/** Order of the group of P-256 (FIPS 186-5, SP 800-186). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/**
 * A key pair for each secret, always the same one, so that any random text will do as the secret. 64 bits more than the
 * order has make the private key as good as evenly distributed (FIPS 186-5, A.2.1).
 */
function vapidKeys(secret: string): {publicKey: string; privateKey: string} {
  const drawn = Buffer.from(hkdfSync('sha256', secret, '', 'todo5 web push', 40)).toString('hex')
  const scalar = (BigInt(`0x${drawn}`) % (ORDER - 1n)) + 1n
  const privateKey = Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex')
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(privateKey)
  return {publicKey: curve.getPublicKey('base64url'), privateKey: privateKey.toString('base64url')}
}
