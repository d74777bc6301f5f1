import {createHash} from 'node:crypto'
import {mkdir, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {z} from 'zod'
import {namesIn} from '../../names-in.ts'

/** <data>/host/dapr/NUMBER.json: Dapr resources of the host target as they once were wanted. */
export const daprVersion = z.object({
  number: z.int().positive(),
  /** ISO 8601. */
  at: z.string(),
  /** Name of the account. */
  by: z.string(),
  /** `up`: those of the package, which were new to it. */
  action: z.enum(['up', 'apply', 'rollback']),
  /** Of a rollback: the version that it goes back to. */
  of: z.int().nullable(),
  /** Of the todo5 that made it. */
  todo5: z.string(),
  /** Of sources and values. */
  hash: z.string(),
  /** What the package had then: when that changes, `up` takes the package's again. */
  package_hash: z.string(),
  /** What was chosen with --set. */
  values: z.record(z.string(), z.string()),
  /** By path, as readDaprSources gives them. */
  sources: z.record(z.string(), z.string()),
  /** `pending`: nobody has loaded it yet. */
  state: z.enum(['pending', 'loaded', 'failed']),
  /** Why it failed. */
  reason: z.string().nullable(),
})
export type DaprVersion = z.infer<typeof daprVersion>
export type NewDaprVersion = Pick<DaprVersion, 'action' | 'of' | 'package_hash' | 'values' | 'sources'>

type Texts = Readonly<Record<string, string>>

/** SHA-256; the same sources and values give the same. */
export function daprHash(sources: Texts, values: Texts = {}): string {
  const sorted = [sources, values].map((texts) => Object.entries(texts).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex')
}

/** What sidecars have, or will have when they are started. Versions come newest first. */
export const currentVersion = (versions: readonly DaprVersion[]): DaprVersion | undefined =>
  versions.find(({state}) => state !== 'failed')

/** The versions of the host target. */
export interface DaprVersions {
  /** Newest first. */
  all(): Promise<DaprVersion[]>
  /** Pending, under the next number. Only the last ten are kept, and the one that is loaded. */
  add(version: NewDaprVersion): Promise<DaprVersion>
  mark(number: number, state: DaprVersion['state'], reason?: string): Promise<void>
}

const KEPT = 10

/** `files` writes for the owner alone, complete or not at all; `locked` lets nobody else in meanwhile. */
export function openDaprVersions(
  folder: string,
  about: {readonly by: string; readonly todo5: string},
  files: {
    readonly read: (file: string) => Promise<unknown>
    readonly write: (file: string, value: unknown) => Promise<void>
    readonly locked: <T>(work: () => Promise<T>) => Promise<T>
  },
): DaprVersions {
  const fileOf = (number: number): string => join(folder, `${number}.json`)
  const all = async (): Promise<DaprVersion[]> => {
    const found = (await namesIn(folder)).filter((name) => /^\d+\.json$/u.test(name))
    const parsed = await Promise.all(
      found.map(async (name) => daprVersion.safeParse(await files.read(join(folder, name)))),
    )
    return parsed.flatMap(({data}) => data ?? []).toSorted((a, b) => b.number - a.number)
  }
  const inFolder = async <T>(work: () => Promise<T>): Promise<T> => {
    await mkdir(folder, {recursive: true, mode: 0o700})
    return await files.locked(work)
  }
  return {
    all,
    add: async (version) =>
      await inFolder(async () => {
        const before = await all()
        const added: DaprVersion = {
          ...about,
          ...version,
          number: (before[0]?.number ?? 0) + 1,
          at: new Date().toISOString(),
          hash: daprHash(version.sources, version.values),
          state: 'pending',
          reason: null,
        }
        await files.write(fileOf(added.number), added)
        const loaded = before.find(({state}) => state === 'loaded')
        for (const old of before.slice(KEPT - 1)) if (old !== loaded) await rm(fileOf(old.number), {force: true})
        return added
      }),
    mark: async (number, state, reason) =>
      await inFolder(async () => {
        const version = (await all()).find((one) => one.number === number)
        if (version) await files.write(fileOf(number), {...version, state, reason: reason ?? null})
      }),
  }
}
