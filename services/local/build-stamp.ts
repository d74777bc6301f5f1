import {readFile} from 'node:fs/promises'
import {packagePath} from '../package-root.ts'

/** In a clone: which build this is, so that `up` after a `git pull` restarts what runs. An installed package has none. */
export async function buildStamp(): Promise<string | null> {
  try {
    return (await readFile(packagePath('dist', '.built'), 'utf8')).slice(0, 12)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
