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

/** Looks at files of Dapr resources. `ignore` names rules that are left out. */
export function lintDapr(files: readonly ResourceFile[], ignore: readonly string[] = []): DaprLint {
  const {resources, findings: all} = lintResources(files)
  const findings = all.filter(({rule}) => !ignore.includes(rule))
  const errors = findings.filter(({severity}) => severity === 'error').length
  return {files: files.length, resources, errors, warnings: findings.length - errors, findings}
}

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
  if (found.isFile()) return [path]
  const entries = await readdir(path, {recursive: true, withFileTypes: true})
  return entries
    .filter((entry) => entry.isFile() && ['.yaml', '.yml'].includes(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
}
