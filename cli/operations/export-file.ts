import {rename, rm, writeFile} from 'node:fs/promises'

/** Complete or not at all, and for its owner alone: a list of tasks says much about a person. */
export async function writeExport(path: string, text: string): Promise<void> {
  const partial = `${path}.${process.pid}.partial`
  try {
    await writeFile(partial, text, {mode: 0o600, flag: 'wx'})
    await rename(partial, path)
  } catch (error) {
    await rm(partial, {force: true})
    throw error
  }
}
