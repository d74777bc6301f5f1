import {readFile, readdir, stat} from 'node:fs/promises'
import {join, relative} from 'node:path'
import {codeOf} from '../../services/database/server/errors.ts'

/** Each secret by what it is, as the clear text. */
export type Secrets = Readonly<Record<string, string>>

/** As it may be written on its way: in a URL, in JSON, in a header, to a mail server. */
function spellings(secret: string): string[] {
  const base64 = Buffer.from(secret).toString('base64')
  return [
    ...new Set([
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      base64,
      base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/u, ''),
      // Behind a user and a colon or NUL base64 has one of three forms; the inner letters are the same in each.
      ...[1, 2].map((shift) =>
        Buffer.from('x'.repeat(shift) + secret)
          .toString('base64')
          .slice(4, -4),
      ),
    ]),
  ]
}

/** Which of the secrets the text has, in whatever spelling. */
export const secretsIn = (text: string, secrets: Secrets): string[] =>
  Object.entries(secrets).flatMap(([name, secret]) =>
    spellings(secret).some((one) => text.includes(one)) ? [name] : [],
  )

export interface Place {
  /** Below the folder. */
  readonly file: string
  readonly mode: number
  readonly secrets: readonly string[]
}

/** Every file below a folder that has one of the secrets. */
export async function filesWith(folder: string, secrets: Secrets): Promise<Place[]> {
  const places: Place[] = []
  for (const entry of await readdir(folder, {recursive: true, withFileTypes: true})) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    try {
      const found = secretsIn(await readFile(path, 'latin1'), secrets)
      const {mode} = await stat(path)
      if (found.length > 0) places.push({file: relative(folder, path), mode: mode & 0o777, secrets: found})
    } catch (error) {
      // PostgreSQL and Kafka remove files while we look.
      if (codeOf(error) !== 'ENOENT') throw error
    }
  }
  return places
}

/** Secrets in the arguments and the environment of processes, as others of this machine may see them. */
export async function processesWith(pids: readonly number[], secrets: Secrets): Promise<string[]> {
  const found: string[] = []
  for (const pid of pids) {
    for (const what of ['cmdline', 'environ']) {
      try {
        const text = await readFile(`/proc/${pid}/${what}`, 'latin1')
        for (const name of secretsIn(text, secrets)) found.push(`${name} in ${what} of ${text.split('\0')[0]}`)
      } catch (error) {
        // It has ended meanwhile.
        if (!['ENOENT', 'ESRCH'].includes(codeOf(error) ?? '')) throw error
      }
    }
  }
  return found
}
