import {open, rename, rm} from 'node:fs/promises'
import {dirname, join} from 'node:path'

/** Writes a file that is complete or not there, also after a power cut; for its owner alone. */
export async function writeDurably(file: string, text: string): Promise<void> {
  const partial = join(dirname(file), `.${process.pid}-${process.hrtime.bigint().toString(36)}.part`)
  try {
    const handle = await open(partial, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(partial, file)
  } finally {
    await rm(partial, {force: true})
  }
}

/** Makes the names in a folder as durable as what is in its files. Windows has no such thing. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
