import {z} from 'zod'
import {instantOutput} from './instant.ts'
import {lineOfText} from './text.ts'

/** What `PushSubscription.toJSON()` of a browser gives, and a name for the device. */
export const newPushDeviceRequest = z.strictObject({
  endpoint: z
    .string()
    .max(1000, 'must have at most 1000 characters')
    .refine((text) => {
      const url = URL.parse(text)
      return url !== null && (url.protocol === 'https:' || /^http:\/\/(127\.|localhost[:/])/u.test(text))
    }, 'must be the https:// address of a push service'),
  keys: z.strictObject({
    p256dh: z.string().regex(/^B[\w-]{86}=?$/u, 'must be the public key of the browser'),
    auth: z.string().regex(/^[\w-]{22}(==)?$/u, 'must be the secret of the browser'),
  }),
  label: lineOfText(100),
})

export const pushDevice = z.object({
  id: z.int(),
  label: z.string(),
  /** Which push service: the origin of its address. */
  service: z.string(),
  created_at: instantOutput,
  last_success_at: instantOutput.nullable(),
})
export type PushDevice = z.infer<typeof pushDevice>

export const pushDeviceList = z.object({devices: z.array(pushDevice)})
export type PushDeviceList = z.infer<typeof pushDeviceList>

/** `applicationServerKey` for `pushManager.subscribe`, base64url. */
export const pushKey = z.object({public_key: z.string()})
export type PushKey = z.infer<typeof pushKey>
