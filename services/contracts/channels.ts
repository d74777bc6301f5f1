import {z} from 'zod'

/** Ways by which a reminder can go out. */
const CHANNELS = ['email', 'push', 'webhook'] as const
type ChannelName = (typeof CHANNELS)[number]

/** Those that todo5 can send by; the others have their names already. */
const SET_UP: ReadonlySet<ChannelName> = new Set(['email'])

/** Each once. One that nothing could go out by is refused here rather than when the reminder is due. */
export const channelList = z
  .array(z.enum(CHANNELS))
  .min(1, 'must name at least one channel')
  .max(CHANNELS.length)
  .superRefine((channels, context) => {
    for (const [place, channel] of channels.entries()) {
      if (SET_UP.has(channel)) continue
      const hint = `Choose ${[...SET_UP].join(' or ')}.`
      const message = `is ${channel}, which is not set up here`
      context.addIssue({code: 'custom', path: [place], message, params: {code: 'channel_not_set_up', hint}})
    }
  })
  .transform((channels) => [...new Set(channels)])
