import {copyFile, readdir, stat, truncate} from 'node:fs/promises'
import {join} from 'node:path'

/** Some 40,000 lines; one older generation is kept. */
const ROTATE_AT_BYTES = 10 * 1024 * 1024

/**
 * Empties the logs that have become large into `<file>.1`. The programs hold their files open and add at the end of
 * whatever is there; what they write between the copy and the cut is lost.
 */
export async function rotateLogs(folder: string, rotateAtBytes = ROTATE_AT_BYTES): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.log')) continue
    const file = join(folder, name)
    if ((await stat(file)).size < rotateAtBytes) continue
    await copyFile(file, `${file}.1`)
    await truncate(file)
  }
}
