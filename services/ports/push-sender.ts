import type {WebAnswer} from './web-sender.ts'

/** What a browser hands out when somebody lets it show notifications (Push API). */
export interface PushSubscriptionKeys {
  readonly endpoint: string
  /** base64url: the browser's public key (65 bytes) and its secret (16 bytes). */
  readonly p256dh: string
  readonly auth: string
}

export interface PushMessage {
  /** Read by the service worker; encrypted for it alone (RFC 8291). */
  readonly payload: string
  /** How long the push service keeps it for a device that is off, s. */
  readonly ttlSeconds: number
  /** A later message with the same topic takes the place of one that waits: 32 characters of base64url (RFC 8030). */
  readonly topic: string
}

/** Throws WebSendError, as WebSender does. */
export interface PushSender {
  /** The application server's key for `pushManager.subscribe`, base64url (RFC 8292). */
  readonly publicKey: string
  send(subscription: PushSubscriptionKeys, message: PushMessage, options: {timeoutMs: number}): Promise<WebAnswer>
}
