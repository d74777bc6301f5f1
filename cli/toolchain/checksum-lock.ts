import {readFile, rename, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {z} from 'zod'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'

const lockSchema = z.record(z.string(), z.string())

const lockOf = (folder: string): string => join(folder, 'checksums.json')

/**
 * Remembers what the publisher said the first time; once said, it stays. Held under the toolchain's lock.
 * @throws CliError `checksum_changed` (exit 4)
 */
export async function compareWithLock(folder: string, name: string, checksum: string): Promise<void> {
  const known = (await readLock(folder))[name]
  if (known === undefined || known === checksum) return
  throw new CliError(`The publisher now gives another checksum for ${name} than when it was first downloaded.`, {
    code: 'checksum_changed',
    exit: EXIT.refused,
    hints: [
      `before ${known.slice(0, 23)}…, now ${checksum.slice(0, 23)}…`,
      `if the publisher says why: remove its line from ${lockOf(folder)}`,
    ],
  })
}

export async function recordInLock(folder: string, name: string, checksum: string): Promise<void> {
  const lock = {...(await readLock(folder)), [name]: checksum}
  const file = lockOf(folder)
  await writeFile(`${file}.new`, `${JSON.stringify(lock, null, 2)}\n`)
  await rename(`${file}.new`, file)
}

async function readLock(folder: string): Promise<Readonly<Record<string, string>>> {
  try {
    return lockSchema.parse(JSON.parse(await readFile(lockOf(folder), 'utf8')))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error
    throw new CliError(`${lockOf(folder)} is damaged, and without it a changed release would not be noticed.`, {
      code: 'lock_damaged',
      exit: EXIT.refused,
      hints: ['repair it, or remove it if you know why it is so'],
      cause: error,
    })
  }
}
