import {createHash} from 'node:crypto'

/** The same for each try of one delivery, so that a second copy is recognised as the same mail. */
export const reminderMessageId = (
  delivery: {reminderId: number; revision: number; channel: string},
  origin: {installation: string; domain: string},
): string =>
  `reminder-${delivery.reminderId}-${delivery.revision}-${delivery.channel}.${origin.installation}@${origin.domain}`

/** Of one mail for several deliveries. The claim of the database knows the prefix: it keeps such deliveries together. */
export function summaryMessageId(
  deliveryIds: readonly number[],
  origin: {installation: string; domain: string},
): string {
  const parts = [...deliveryIds].sort((a, b) => a - b).join(' ')
  const digest = createHash('sha256').update(parts).digest('hex').slice(0, 32)
  return `summary-${digest}.${origin.installation}@${origin.domain}`
}
