import {randomBytes} from 'node:crypto'
import {readFile, rename, rm, writeFile} from 'node:fs/promises'

/** Undefined when there is no file, or no JSON in it: what a full disk or a person left there is as good as nothing. */
export async function readJson(file: string): Promise<unknown> {
  const text = await readIfThere(file)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Also when nothing can be made of it. */
export const isThere = async (file: string): Promise<boolean> => (await readIfThere(file)) !== undefined

/** For its owner alone, complete or not at all: a reader sees the old text or the new one. */
export async function writeJson(file: string, value: unknown): Promise<void> {
  const partial = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`
  try {
    await writeFile(partial, `${JSON.stringify(value, null, 2)}\n`, {mode: 0o600, flag: 'wx'})
    await rename(partial, file)
  } finally {
    await rm(partial, {force: true})
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
