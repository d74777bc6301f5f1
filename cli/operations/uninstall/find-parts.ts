import {lstat, readdir, readFile, readlink, realpath} from 'node:fs/promises'
import {dirname, isAbsolute, join, parse, relative, resolve} from 'node:path'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {namesIn} from '../../names-in.ts'
import type {Paths} from '../../paths.ts'

export const PARTS = ['data', 'programs', 'config'] as const
export type PartName = (typeof PARTS)[number]

/** Something that todo5 has put on this machine. */
export interface Part {
  readonly part: PartName
  /** What it is, for people. */
  readonly what: string
  readonly path: string
  readonly bytes: number
  /** Where a symbolic link leads; what lies there is left alone. Null: it is none. */
  readonly link: string | null
}

/** What is there, with sizes. */
export async function findParts(
  paths: Paths,
  {home, startFiles}: {readonly home: string; readonly startFiles: readonly string[]},
): Promise<Part[]> {
  const places: readonly (readonly [PartName, string, string])[] = [
    ['data', 'tasks, mails, secrets', paths.data],
    ['data', 'keys, logs, what runs', paths.state],
    ...startFiles.map((file) => ['data', 'starts it at login', file] as const),
    ['programs', 'Dapr, Kafka and others', paths.toolchain],
    ['config', 'settings', paths.config],
    ['config', 'completion of fish', join(home, '.config', 'fish', 'completions', 'todo5.fish')],
  ]
  const parts: Part[] = []
  for (const [part, what, path] of places) {
    // A file that starts todo5 may lie in a folder that is listed itself.
    if (parts.some((other) => isInside(path, other.path))) continue
    const found = await sizeOf(path)
    if (found) parts.push({part, what, path, ...found})
  }
  return parts
}

/** Lines of shells that ask todo5 for completions: they belong to the person, and fail once it is gone. */
export async function shellLines(home: string): Promise<string[]> {
  const found: string[] = []
  for (const name of ['.bashrc', '.bash_profile', '.zshrc', '.profile']) {
    const file = join(home, name)
    try {
      if ((await readFile(file, 'utf8')).includes('todo5 completion')) found.push(file)
    } catch (error) {
      if (!['ENOENT', 'EACCES', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }
  return found
}

/** Whoever set TODO5_HOME or an XDG variable to such a folder has other things in it. */
export async function assertOurs(path: string, home: string): Promise<void> {
  const real = await realpath(dirname(resolve(path)))
  const whole = join(real, parse(resolve(path)).base)
  const ownHome = await realpath(home)
  const names = await namesIn(path)
  const shared = isInside(ownHome, whole) || whole === parse(whole).root || names.includes('.git')
  if (!shared) return
  throw new CliError(`${path} holds more than what todo5 has put there; nothing was deleted.`, {
    code: 'shared_folder',
    exit: EXIT.refused,
    hints: ['delete what you do not need of it yourself', 'todo5 down --delete        deletes the data of local'],
  })
}

/** Whether it is the folder, or lies in it. */
function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return !/^\.\.(?:[/\\]|$)/u.test(way) && !isAbsolute(way)
}

/** Bytes of a file, or of all files in a folder; links count for nothing and are not followed. */
async function sizeOf(path: string): Promise<{bytes: number; link: string | null} | undefined> {
  try {
    const stats = await lstat(path)
    if (stats.isSymbolicLink()) return {bytes: 0, link: resolve(dirname(path), await readlink(path))}
    if (!stats.isDirectory()) return {bytes: stats.size, link: null}
    let bytes = 0
    for (const name of await readdir(path)) bytes += (await sizeOf(join(path, name)))?.bytes ?? 0
    return {bytes, link: null}
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    // Of a database that runs files come and go.
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code === 'EACCES') return {bytes: 0, link: null}
    throw error
  }
}
