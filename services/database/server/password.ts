import {randomBytes} from 'node:crypto'
import {link, readFile, rm, writeFile} from 'node:fs/promises'
import {dirname} from 'node:path'
import {codeOf} from './errors.ts'
import {makePassable} from './folders.ts'

/** The password in `file`; a new one of 192 random bits, in a file for our eyes only, when there is none. */
export async function keepPassword(file: string): Promise<string> {
  const kept = await readIfThere(file)
  if (kept) return kept
  await makePassable(dirname(file))
  const partial = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`
  try {
    await writeFile(partial, randomBytes(24).toString('base64url'), {mode: 0o600, flush: true})
    await link(partial, file)
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error // another process was faster: its password counts
  } finally {
    await rm(partial, {force: true})
  }
  return await readFile(file, 'utf8')
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
