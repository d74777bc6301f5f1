import {mkdir, readdir, writeFile} from 'node:fs/promises'
import {dirname, join, relative, resolve, sep} from 'node:path'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {RenderedResource} from './render-dapr.ts'

/**
 * Writes rendered resources below a folder. Refuses a folder with other YAML files in it: a sidecar would load them, too.
 * Answers with the absolute path.
 */
export async function writeDapr(resources: readonly RenderedResource[], folder: string): Promise<string> {
  const root = resolve(folder)
  const ours = new Set(resources.map(({path}) => path))
  const others = (await yamlFiles(root)).filter((path) => !ours.has(path))
  if (others.length > 0) {
    throw new CliError(`${root} has YAML files that are not part of this: ${others.slice(0, 5).join(', ')}.`, {
      code: 'folder_not_empty',
      exit: EXIT.refused,
      hints: ['remove them, or name another folder: a sidecar would load them, too'],
    })
  }
  for (const {path, text} of resources) {
    const file = join(root, ...path.split('/'))
    await mkdir(dirname(file), {recursive: true})
    await writeFile(file, text)
  }
  return root
}

async function yamlFiles(root: string): Promise<string[]> {
  try {
    const entries = await readdir(root, {recursive: true, withFileTypes: true})
    return entries
      .filter((entry) => entry.isFile() && /\.ya?ml$/u.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .toSorted()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
