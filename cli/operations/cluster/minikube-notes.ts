import {mkdir, readFile, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {z} from 'zod'
import {writeDurably} from '../../offline/write-durably.ts'
import {MONITORING} from './monitoring.ts'

/** What `todo5 up minikube` made, so that `down --delete` takes away just that. */
const notes = z.object({
  profile: z.string(),
  namespace: z.string(),
  created: z.object({
    profile: z.boolean(),
    dapr: z.boolean(),
    namespace: z.boolean(),
    monitoring: z.boolean().default(false),
  }),
  /** Of this machine, which leads to the API; null: the node is asked itself. */
  port: z.int().nullable(),
  /** The origin of the API, once it is known. */
  url: z.string().nullable(),
  /** What watches it; null: nobody has come so far. */
  monitoring: z.enum(MONITORING).nullable().default(null),
  /** The version that was seen to work. */
  verified: z.string().nullable(),
})
export type MinikubeNotes = z.infer<typeof notes>

const fileIn = (stateDir: string): string => join(stateDir, 'minikube.json')

/** Undefined: todo5 made nothing, or nobody can tell what. */
export async function readNotes(stateDir: string): Promise<MinikubeNotes | undefined> {
  try {
    return notes.parse(JSON.parse(await readFile(fileIn(stateDir), 'utf8')))
  } catch (error) {
    const nothing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (nothing || error instanceof SyntaxError || error instanceof z.ZodError) return undefined
    throw error
  }
}

export async function writeNotes(stateDir: string, changed: MinikubeNotes): Promise<void> {
  await mkdir(stateDir, {recursive: true, mode: 0o700})
  await writeDurably(fileIn(stateDir), `${JSON.stringify(changed, null, 2)}\n`)
}

export const forgetNotes = async (stateDir: string): Promise<void> => await rm(fileIn(stateDir), {force: true})
