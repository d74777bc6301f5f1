import {existsSync, readFileSync} from 'node:fs'
import {mkdir, rename, rm, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {checkValue, type SettingName, settingNamed} from './keys.ts'

export type StoredSettings = Readonly<Partial<Record<SettingName, string>>>

/** A file with settings, there or not. */
export interface SettingsFile {
  readonly path: string
  readonly settings: StoredSettings
}

/** In a folder of a project, for everybody who works there. It can name a context, and holds no address and no key. */
export const PROJECT_FILE = '.todo5.json'

export const userFile = (configFolder: string): string => join(configFolder, 'config.json')

/** The nearest one, from the folder upwards; undefined when there is none. */
export function findProjectFile(folder: string): string | undefined {
  for (let here = folder; ; here = dirname(here)) {
    const file = join(here, PROJECT_FILE)
    if (existsSync(file)) return file
    if (dirname(here) === here) return undefined
  }
}

/** Synchronous: read before anything is printed, 0.1 ms. An error names the file and what is wrong in it. */
export function readSettings(path: string): StoredSettings {
  const text = textOf(path)
  if (text === undefined) return {}
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new SyntaxError('no JSON object')
    return Object.fromEntries(
      Object.entries(value).map(([key, stored]) => {
        const name = settingNamed(key)
        return [name, checkValue(name, stored)]
      }),
    )
  } catch (error) {
    const because = error instanceof SyntaxError ? 'It is no JSON object.' : (error as Error).message
    const hints = error instanceof CliError ? error.hints : []
    throw new CliError(`The settings in ${path} cannot be used. ${because}`, {
      code: 'invalid_settings_file',
      exit: EXIT.usage,
      hints: [...hints, `correct ${path}, or delete it`],
      cause: error,
    })
  }
}

/** Sets one, or takes it away (null); the others stay as they are. Complete or not at all. */
export async function writeSetting(path: string, name: SettingName, value: string | null): Promise<void> {
  const {[name]: _replaced, ...others} = readSettings(path)
  const next = value === null ? others : {...others, [name]: value}
  await mkdir(dirname(path), {recursive: true})
  const partial = `${path}.${process.pid}-${process.hrtime.bigint().toString(36)}`
  try {
    await writeFile(partial, `${JSON.stringify(next, null, 2)}\n`, {flag: 'wx'})
    await rename(partial, path)
  } finally {
    await rm(partial, {force: true})
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
