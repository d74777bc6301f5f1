import {z} from 'zod'
import type {Fault} from '../domain/errors.ts'

/** Ways by which a reminder can go out. */
const CHANNELS = ['email', 'push', 'webhook'] as const

/** Each once. Whether the account has a webhook or a device is looked up where its rows are. */
export const channelList = z
  .array(z.enum(CHANNELS))
  .min(1, 'must name at least one channel')
  .max(CHANNELS.length)
  .transform((channels) => [...new Set(channels)])

const HOW: Readonly<Record<string, string>> = {
  webhook: 'Set up a webhook first (POST /api/v1/profile/webhook), or choose email.',
  push: 'Add a device first (in the settings of the web app), or choose email.',
}

/** What is said of a channel by which nothing could go out: here, rather than when the reminder is due. */
export const channelFault = (field: string, channel: string): Fault => ({
  field,
  code: 'channel_not_set_up',
  message: `${field} is ${channel}, which is not set up for this account`,
  hint: HOW[channel] ?? 'Choose email.',
})
