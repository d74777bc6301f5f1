import {chmod, lstat} from 'node:fs/promises'
import {join} from 'node:path'
import {namesIn} from '../../names-in.ts'
import type {Paths} from '../../paths.ts'
import {count, ok, problem, type Verdict} from './check.ts'

/** Files of which somebody else on this machine could read passwords, keys or tasks. */
export interface OpenFile {
  readonly path: string
  /** Such as 0644. */
  readonly mode: string
}

/** What is there of the files with secrets, and can be read or written by others. */
export async function openFiles(paths: Pick<Paths, 'state' | 'data'>): Promise<OpenFile[]> {
  if (process.platform === 'win32') return []
  const host = join(paths.data, 'host')
  const secret = ['auth-secret', 'push-secret', 'postgres-password']
  const candidates = [
    ...(await namesIn(paths.state)).filter((name) => name.endsWith('.json')).map((name) => join(paths.state, name)),
    ...[paths.data, host].flatMap((folder) => secret.map((name) => join(folder, name))),
    join(host, 'state', 'host.json'),
    join(host, 'state', 'local-key'),
  ]
  const found: OpenFile[] = []
  for (const path of candidates) {
    const mode = await modeOf(path)
    if (mode !== undefined && (mode & 0o077) !== 0) found.push({path, mode: `0${(mode & 0o777).toString(8)}`})
  }
  return found
}

export function checkPrivateFiles(open: readonly OpenFile[]): Verdict {
  if (open.length === 0) return ok('secrets are readable by you alone')
  return problem(`${count(open.length, 'file')} with secrets can be read by others`, {
    details: open.map(({path, mode}) => `${path} has mode ${mode}`),
    next: ['todo5 doctor --fix        makes them readable by you alone'],
  })
}

/** Answers with what it did, a line each. */
export async function closeFiles(open: readonly OpenFile[]): Promise<string[]> {
  for (const {path} of open) await chmod(path, 0o600)
  return open.map(({path, mode}) => `chmod 0600 ${path} (was ${mode})`)
}

/** Undefined for what is no file; a link is not followed. */
async function modeOf(path: string): Promise<number | undefined> {
  try {
    const stats = await lstat(path)
    return stats.isFile() ? stats.mode : undefined
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
