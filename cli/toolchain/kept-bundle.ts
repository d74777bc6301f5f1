import {createHash} from 'node:crypto'
import {readdir, readFile, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {z} from 'zod'
import {packagePath} from '../../services/package-root.ts'
import {type Bundle, BUNDLES, DURABLETASK_FOR_BUILD, LOG4J_FOR_KAFKA} from './program-table.ts'
import type {Toolchain, Way} from './toolchain.ts'

/** Lies in the folder of a bundle; a folder without it is not ours. */
const RECORD = 'todo5.json'

const recordSchema = z.object({
  bundle: z.string(),
  version: z.string(),
  from: z.enum(['release', 'registry']),
  /** What it was made with: another recipe makes it anew. */
  recipe: z.string(),
  installed_at: z.iso.datetime(),
  /** Bytes by path: a file that was cut or removed makes it anew. */
  files: z.record(z.string(), z.number()),
})

export interface KeptBundle {
  readonly folder: string
  readonly version: string
  readonly from: Way
}

export const folderOf = (toolchain: Toolchain, bundle: Bundle, version: string): string =>
  join(toolchain.folder, `${bundle}-${version}`)

/** What the toolchain folder has of a bundle, in the versions of the table: the release before the other. */
export async function findKept(bundle: Bundle, toolchain: Toolchain, only?: Way): Promise<KeptBundle | undefined> {
  for (const from of ['release', 'registry'] as const) {
    const version = BUNDLES[bundle][from]
    if (version === undefined || (only !== undefined && only !== from)) continue
    const folder = folderOf(toolchain, bundle, version)
    const record = await readRecord(folder)
    if (record === undefined || record.from !== from || record.recipe !== (await recipeOf(bundle, from))) continue
    if (await isWhole(folder, record.files)) return {folder, version, from}
  }
  return undefined
}

/** Written last: what has it is whole. */
export async function writeRecord(folder: string, bundle: Bundle, from: Way): Promise<void> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true})
  const files: Record<string, number> = {}
  for (const entry of entries) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    files[path.slice(folder.length + 1).replaceAll('\\', '/')] = (await stat(path)).size
  }
  const record: z.infer<typeof recordSchema> = {
    bundle,
    version: BUNDLES[bundle][from]!,
    from,
    recipe: await recipeOf(bundle, from),
    installed_at: new Date().toISOString(),
    files,
  }
  await writeFile(join(folder, RECORD), `${JSON.stringify(record, null, 2)}\n`)
}

async function readRecord(folder: string): Promise<z.infer<typeof recordSchema> | undefined> {
  try {
    return recordSchema.safeParse(JSON.parse(await readFile(join(folder, RECORD), 'utf8'))).data
  } catch (error) {
    // Not there, or not JSON: nothing of ours, and made anew.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function isWhole(folder: string, files: Readonly<Record<string, number>>): Promise<boolean> {
  for (const [path, size] of Object.entries(files)) {
    const there = await stat(join(folder, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (there?.size !== size) return false
  }
  return Object.keys(files).length > 0
}

/** Changes with whatever is built from our own sources; a release has no recipe but its version. */
async function recipeOf(bundle: Bundle, from: Way): Promise<string> {
  if (from === 'release') return 'release'
  const sources = SOURCES[bundle] ?? []
  const hash = createHash('sha256')
  for (const source of sources) {
    hash.update(source.pin)
    if (source.file) hash.update(await readFile(packagePath('templates', 'toolchain', ...source.file)))
  }
  return `${bundle} ${hash.digest('hex').slice(0, 16)}`
}

const SOURCES: Partial<Record<Bundle, readonly {pin: string; file?: readonly string[]}[]>> = {
  dapr: [
    {pin: DURABLETASK_FOR_BUILD, file: ['daprd', 'main.go']},
    {pin: '', file: ['daprd', 'components.go']},
  ],
  kafka: [{pin: LOG4J_FOR_KAFKA, file: ['kafka', 'pom.xml']}],
}
