import {mkdir, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {z} from 'zod'
import {readJson, writeJson} from '../../../services/local/json-file.ts'

/** What `todo5 up minikube` made, so that `down --delete` takes away just that. */
const notes = z.object({
  profile: z.string(),
  namespace: z.string(),
  created: z.object({profile: z.boolean(), dapr: z.boolean(), namespace: z.boolean()}),
  /** Of this machine, which leads to the API; null: the node is asked itself. */
  port: z.int().nullable(),
  /** The origin of the API, once it is known. */
  url: z.string().nullable(),
  /** The version that was seen to work. */
  verified: z.string().nullable(),
})
export type MinikubeNotes = z.infer<typeof notes>

const fileIn = (stateDir: string): string => join(stateDir, 'minikube.json')
export {fileIn as notesFile}

/** Undefined: todo5 made nothing, or nobody can tell what. */
export async function readNotes(stateDir: string): Promise<MinikubeNotes | undefined> {
  const read = notes.safeParse(await readJson(fileIn(stateDir)))
  return read.success ? read.data : undefined
}

export async function writeNotes(stateDir: string, changed: MinikubeNotes): Promise<void> {
  await mkdir(stateDir, {recursive: true, mode: 0o700})
  await writeJson(fileIn(stateDir), changed)
}

export const forgetNotes = async (stateDir: string): Promise<void> => await rm(fileIn(stateDir), {force: true})
