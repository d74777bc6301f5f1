import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'

/** One entry per context, by its name. */
type Credentials = Readonly<Record<string, {readonly api_key: string}>>

const credentialsFile = (stateDir: string): string => join(stateDir, 'credentials.json')

/** The API key of a context; undefined when none is stored. */
export async function readApiKey(stateDir: string, context: string): Promise<string | undefined> {
  return (await readCredentials(stateDir))[context]?.api_key
}

async function readCredentials(stateDir: string): Promise<Credentials> {
  const file = credentialsFile(stateDir)
  const text = await readIfThere(file)
  if (text === undefined) return {}
  const value: unknown = parseJson(text, file)
  if (typeof value !== 'object' || value === null) throw damaged(file)
  return value as Credentials
}

export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code !== 'EACCES' && code !== 'EPERM') throw error
    throw new CliError(`${file} may not be read by this user.`, {
      code: 'file_unreadable',
      exit: EXIT.refused,
      hints: ['run todo5 as the user who started it'],
      cause: error,
    })
  }
}

export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw damaged(file, error)
  }
}

const damaged = (file: string, cause?: unknown): CliError =>
  new CliError(`${file} is damaged.`, {
    code: 'file_damaged',
    exit: EXIT.refused,
    hints: ['todo5 down && todo5 up        writes it anew'],
    cause,
  })
