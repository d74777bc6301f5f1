import {z} from 'zod'

/** The file `manifest.json` of a backup. Within format 1 only optional additions. */
export const backupManifest = z.object({
  format: z.literal(1),
  /** The todo5 that made it. */
  todo5_version: z.string().min(1),
  target: z.enum(['local', 'host']),
  taken_at: z.iso.datetime(),
  postgres_version: z.string(),
  migrations: z.array(z.string().min(1)).min(1),
  tasks: z.int().min(0),
  accounts: z.int().min(0),
  tables: z.array(
    z.object({
      table: z.string().regex(/^[a-z]+\.[A-Za-z0-9_]+$/u),
      columns: z.array(z.string().min(1)).min(1),
      rows: z.int().min(0),
      file: z.string(),
    }),
  ),
  sequences: z.array(
    z.object({
      sequence: z.string().regex(/^(todo|auth|jobs)\.[A-Za-z0-9_]+$/u),
      last_value: z.string().regex(/^\d+$/u),
    }),
  ),
  /** All others in the archive, by name. */
  files: z.record(z.string(), z.object({bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/u)})),
})
export type BackupManifest = z.infer<typeof backupManifest>
