import {z} from 'zod'

/** GET /healthz of a service: 200 when it can do its work, 503 when not. */
export const healthResponse = z.object({
  service: z.string(),
  status: z.enum(['ok', 'unavailable', 'draining']),
  version: z.string(),
  checks: z.record(z.string(), z.object({ok: z.boolean(), detail: z.string().optional()})),
})
export type HealthResponse = z.infer<typeof healthResponse>
