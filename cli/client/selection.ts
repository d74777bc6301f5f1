import {mkdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {Paths} from '../paths.ts'
import {readIfThere} from './credentials.ts'

type StatePath = Pick<Paths, 'state'>

const selectionFile = ({state}: StatePath): string => join(state, 'context')

/** The name that `up`, `login` or `context use` wrote last; whatever it names may be gone since. */
export async function readSelection(paths: StatePath): Promise<string | undefined> {
  return (await readIfThere(selectionFile(paths)))?.trim() || undefined
}

/** From now on commands talk to this one, as long as it is there. */
export async function selectContext(paths: StatePath, name: string): Promise<void> {
  await mkdir(paths.state, {recursive: true, mode: 0o700})
  await writeFile(selectionFile(paths), `${name}\n`, {mode: 0o600})
}

/** Back to what runs on this machine. */
export const selectNoContext = async (paths: StatePath): Promise<void> => await rm(selectionFile(paths), {force: true})
