import {mkdir, readFile, writeFile} from 'node:fs/promises'
import {dirname, join, resolve} from 'node:path'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'

/** Those that any repository can use; the others test and release todo5 itself. */
export const CI_FILES = ['deploy-staging.yml', 'deploy-production.yml'] as const

export interface CiFile {
  /** Below the repository. */
  readonly path: string
  readonly state: 'new' | 'same' | 'changed'
}

interface Planned extends CiFile {
  readonly file: string
  readonly text: string
}

export interface InitCiRequest {
  /** Folder of todo5's own workflows. */
  readonly source: string
  /** The repository. */
  readonly folder: string
}

/** What would be written, and whether something else is there; reads, changes nothing. */
export async function planCi({source, folder}: InitCiRequest): Promise<Planned[]> {
  const root = resolve(folder)
  const planned: Planned[] = []
  for (const name of CI_FILES) {
    const path = `.github/workflows/${name}`
    const file = join(root, '.github', 'workflows', name)
    const text = elsewhere(await readFile(join(source, name), 'utf8'))
    const found = await readOrNothing(file)
    planned.push({path, file, text, state: found === undefined ? 'new' : found === text ? 'same' : 'changed'})
  }
  return planned
}

/** In a repository that has todo5 among its dependencies it is called by npx. */
const elsewhere = (text: string): string => text.replaceAll('node bin/run.js', 'npx --no todo5')

/**
 * Writes the workflows.
 * @throws CliError `file_differs` (exit 4), before anything is written, when one is there and different, unless `force`
 */
export async function initCi(request: InitCiRequest & {readonly force: boolean}): Promise<CiFile[]> {
  const planned = await planCi(request)
  const different = planned.filter(({state}) => state === 'changed').map(({path}) => path)
  if (different.length > 0 && !request.force) {
    throw new CliError(`${different.join(' and ')} ${different.length === 1 ? 'is' : 'are'} there, and different.`, {
      code: 'file_differs',
      exit: EXIT.refused,
      hints: ['todo5 ci init --force        puts those of todo5 in their place'],
    })
  }
  for (const {file, text, state} of planned) {
    if (state === 'same') continue
    await mkdir(dirname(file), {recursive: true})
    await writeFile(file, text)
  }
  return planned.map(({path, state}) => ({path, state}))
}

async function readOrNothing(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
