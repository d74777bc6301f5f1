import PostalMime, {type Address} from 'postal-mime'
import {formatInstant} from '../contracts/instant.ts'
import type {MailResponse} from '../contracts/mailbox.ts'

/** A mail as the API shows it. Whatever arrived can be shown: what is missing is empty. */
export async function readMail(stored: {id: number; receivedAt: Date; raw: Uint8Array}): Promise<MailResponse> {
  const mail = await PostalMime.parse(stored.raw)
  const headers = new Map<string, string>()
  for (const {key, value} of mail.headers) {
    const earlier = headers.get(key)
    headers.set(key, earlier === undefined ? value : `${earlier}, ${value}`)
  }
  return {
    id: stored.id,
    received_at: formatInstant(stored.receivedAt),
    from: mail.from ? written(mail.from) : '',
    to: (mail.to ?? []).map(written).join(', '),
    subject: mail.subject ?? '',
    message_id: (mail.messageId ?? '').replace(/^<|>$/gu, ''),
    text: mail.text ?? '',
    html: mail.html ?? null,
    headers: Object.fromEntries(headers),
  }
}

function written({name, address}: Address): string {
  if (!name) return address ?? ''
  return address ? `${name} <${address}>` : name
}
