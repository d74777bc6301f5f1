import {z} from 'zod'

export const profileResponse = z.object({
  user_id: z.string(),
  email: z.string(),
  name: z.string(),
  time_zone: z.string(),
  channels: z.array(z.string()),
  role: z.enum(['user', 'operator']),
})
export type ProfileResponse = z.infer<typeof profileResponse>
