import {z} from 'zod'
import {channelList} from './channels.ts'
import {lineOfText} from './text.ts'
import {timeZone} from './time-zone.ts'

export const ROLES = ['user', 'operator'] as const
export type Role = (typeof ROLES)[number]

const personName = lineOfText(200)
const email = z.email('must be an e-mail address').max(254, 'must have at most 254 characters')
const password = z.string().min(8, 'must have at least 8 characters').max(128, 'must have at most 128 characters')
const keyName = lineOfText(64)
/** Seconds from now; null never ends. */
const keyLifetime = z
  .int()
  .min(3600, 'must be at least an hour (3600 seconds)')
  .max(3650 * 86_400, 'must be at most ten years (315360000 seconds)')
  .nullable()

export const profileResponse = z.object({
  user_id: z.uuid(),
  email: z.string(),
  name: z.string(),
  /** IANA name; dates without a time, and the texts of mails, are in this zone. */
  time_zone: z.string(),
  /** How reminders go out when a reminder does not say. */
  channels: z.array(z.string()),
  role: z.enum(ROLES),
})
export type ProfileResponse = z.infer<typeof profileResponse>

export const updateProfileRequest = z
  .strictObject({
    name: personName.optional(),
    time_zone: timeZone.optional(),
    channels: channelList.optional(),
  })
  .refine((changes) => Object.values(changes).some((value) => value !== undefined), 'must change at least one field')
export type UpdateProfileRequest = z.infer<typeof updateProfileRequest>

/** The bodies of /api/auth/*. Their names are those of Better Auth, whose clients send them. */
export const signUpRequest = z.strictObject({email, password, name: personName, time_zone: timeZone.optional()})
export const signInRequest = z.strictObject({
  email,
  password: z.string().max(128, 'must have at most 128 characters'),
  /** False: the cookie ends with the browser. */
  rememberMe: z.boolean().optional(),
})
export const changePasswordRequest = z.strictObject({
  currentPassword: z.string().max(128, 'must have at most 128 characters'),
  newPassword: password,
  revokeOtherSessions: z.boolean().optional(),
})
export const requestPasswordResetRequest = z.strictObject({email})
export const resetPasswordRequest = z.strictObject({
  token: z.string().regex(/^[\w-]{1,200}$/u, 'must be the token of the mail'),
  newPassword: password,
})
export const signInLinkRequest = z.strictObject({
  token: z.string().regex(/^[\w-]{1,200}$/u, 'must be the token of the link'),
})
export const revokeSessionRequest = z.strictObject({id: z.uuid()})
/** The programs that may ask to be signed in by somebody at a browser. */
const DEVICE_CLIENT = 'todo5-cli'
export const deviceCodeRequest = z.strictObject({client_id: z.literal(DEVICE_CLIENT)})
export const deviceTokenRequest = z.strictObject({
  grant_type: z.literal('urn:ietf:params:oauth:grant-type:device_code'),
  device_code: z.string().regex(/^\w{1,191}$/u, 'must be a device code'),
  client_id: z.literal(DEVICE_CLIENT),
})
const userCode = z.string().regex(/^[A-Za-z0-9-]{4,20}$/u, 'must be the code that the device shows')
export const deviceQuery = z.strictObject({user_code: userCode})
export const deviceDecisionRequest = z.strictObject({userCode})
/** A signed-in device, without what it shows to be let in. */
export const sessionResponse = z.object({
  id: z.uuid(),
  createdAt: z.string(),
  updatedAt: z.string(),
  expiresAt: z.string(),
  ipAddress: z.string().nullish(),
  userAgent: z.string().nullish(),
})
export const createApiKeyRequest = z.strictObject({name: keyName, expiresIn: keyLifetime.optional()})
export const updateApiKeyRequest = z.strictObject({
  keyId: z.uuid(),
  name: keyName.optional(),
  enabled: z.boolean().optional(),
  expiresIn: keyLifetime.optional(),
})
export const deleteApiKeyRequest = z.strictObject({keyId: z.uuid()})
export const getApiKeyQuery = z.strictObject({id: z.uuid()})
export const listApiKeysQuery = z.strictObject({
  limit: z.coerce.number().pipe(z.int().min(1).max(100)).optional(),
  offset: z.coerce.number().pipe(z.int().min(0).max(1_000_000)).optional(),
})
