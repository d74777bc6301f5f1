import {readFile} from 'node:fs/promises'
import {homedir} from 'node:os'
import {usageError} from './errors.ts'

/** A value that may be a secret: as it is, or after `@` the file that holds it. Null for none. */
export async function fileOrValue(text: string | undefined): Promise<string | null> {
  if (text === undefined || text === '') return null
  if (!text.startsWith('@')) return text
  const file = text.slice(1).replace(/^~(?=\/)/u, homedir())
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'it may not be read' : code
    throw usageError(`${file}: ${why}.`, 'file_unreadable', 'after @ comes the path of a file')
  }
}
