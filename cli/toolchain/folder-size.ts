import {readdir, stat} from 'node:fs/promises'
import {join} from 'node:path'

/** Bytes of a file, or of the files directly in a folder. */
export async function sizeOf(path: string): Promise<number> {
  const about = await stat(path)
  if (!about.isDirectory()) return about.size
  const files = await readdir(path)
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(path, file))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}
