import {readFile} from 'node:fs/promises'
import {homedir} from 'node:os'
import {usageError} from './errors.ts'

/** A value that may be a secret: as it is, or after `@` the file that holds it. Null for none. */
export async function fileOrValue(text: string | undefined): Promise<string | null> {
  if (text === undefined || text === '') return null
  if (!text.startsWith('@')) return text
  return (await readTextFile(text.slice(1), 'after @ comes the path of a file')).trim()
}

/** A file that was named on the command line. */
export async function readTextFile(path: string, hint = 'name a file that can be read'): Promise<string> {
  const file = path.replace(/^~(?=\/)/u, homedir())
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'it may not be read' : code
    throw usageError(`${file}: ${why}.`, 'file_unreadable', hint)
  }
}
