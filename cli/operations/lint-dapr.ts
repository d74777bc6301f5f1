import {readFile, readdir, stat} from 'node:fs/promises'
import {extname, join} from 'node:path'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {Finding} from '../lint/finding.ts'
import {lintResources} from '../lint/lint-resources.ts'
import type {ResourceFile} from '../lint/resource.ts'

export interface DaprLint {
  readonly files: number
  readonly resources: number
  readonly errors: number
  readonly warnings: number
  readonly findings: readonly Finding[]
}

/** Looks at files of Dapr resources; throws when there are none. `ignore` names rules that are left out. */
export function lintDapr(files: readonly ResourceFile[], ignore: readonly string[] = []): DaprLint {
  const {resources, findings: all} = lintResources(files)
  // A folder that was misspelt, or is empty, must not look as if it were in order.
  if (resources === 0 && all.length === 0) throw nothingThere(files)
  const findings = all.filter(({rule}) => !ignore.includes(rule))
  const errors = findings.filter(({severity}) => severity === 'error').length
  return {files: files.length, resources, errors, warnings: findings.length - errors, findings}
}

const nothingThere = (files: readonly ResourceFile[]): CliError =>
  new CliError(
    files.length === 0
      ? 'There is no .yaml or .yml file.'
      : `No Dapr resource is in ${files.length === 1 ? files[0]!.path : `these ${files.length} files`}.`,
    {
      code: 'no_resources',
      exit: EXIT.notFound,
      hints: ['todo5 dapr lint FOLDER…        files and folders with Dapr resources'],
    },
  )

/** The YAML files at the given paths; folders are searched all the way down. */
export async function readResourceFiles(paths: readonly string[]): Promise<ResourceFile[]> {
  const files = (await Promise.all(paths.map(yamlFiles))).flat()
  const unique = [...new Set(files)].toSorted()
  return Promise.all(unique.map(async (path) => ({path, text: await readFile(path, 'utf8')})))
}

async function yamlFiles(path: string): Promise<string[]> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (!found)
    throw new CliError(`There is no ${path}.`, {
      code: 'file_not_found',
      exit: EXIT.notFound,
      hints: ['Give a file or a folder with Dapr resources.'],
    })
  // Also /dev/stdin.
  if (!found.isDirectory()) return [path]
  const entries = await readdir(path, {recursive: true, withFileTypes: true})
  const files = entries
    .filter((entry) => ['.yaml', '.yml'].includes(extname(entry.name)))
    .map((entry) => ({entry, file: join(entry.parentPath, entry.name)}))
  // Files of a ConfigMap that is mounted are links.
  const kept = await Promise.all(
    files.map(async ({entry, file}) => entry.isFile() || (entry.isSymbolicLink() && (await stat(file)).isFile())),
  )
  return files.filter((_, place) => kept[place]).map(({file}) => file)
}
