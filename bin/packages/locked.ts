import {readFileSync} from 'node:fs'
import {join} from 'node:path'

export interface LockedPackage {
  readonly name: string
  readonly version: string
  /** As its author wrote it. */
  readonly licence: string | undefined
  /** Installed with todo5; otherwise only with its sources. */
  readonly production: boolean
}

interface Entry {
  readonly name?: string
  readonly version?: string
  readonly license?: string | undefined
  readonly link?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, {readonly optional?: boolean}>>
}
export type LockEntries = Readonly<Record<string, Entry>>

/** What package-lock.json in that folder holds, for every platform; by name, each version once. */
export const lockedPackages = (root: string): LockedPackage[] =>
  packagesOf((JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {packages: LockEntries}).packages)

export function packagesOf(entries: LockEntries): LockedPackage[] {
  const installed = installedWithTodo5(entries)
  const found = new Map<string, LockedPackage>()
  for (const [path, {name: named, version, license, link}] of Object.entries(entries)) {
    if (link === true || version === undefined || !path.includes('node_modules/')) continue
    const name = named ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const id = `${name}@${version}`
    const production = installed.has(path) || found.get(id)?.production === true
    found.set(id, {name, version, licence: license, production})
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/**
 * `npm sbom --omit dev` leaves out what a development dependency needs as well (npm 11: zod, yaml, 24 in all), so the way
 * from the dependencies is gone here: peers too, unless they are optional.
 */
function installedWithTodo5(entries: LockEntries): Set<string> {
  const installed = new Set([''])
  for (const path of installed) {
    const {dependencies, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta} = entries[path]!
    const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta?.[name]?.optional !== true)
    for (const name of [...Object.keys({...dependencies, ...optionalDependencies}), ...peers]) {
      const found = foldersToLookIn(path, name).find((candidate) => candidate in entries)
      if (found !== undefined) installed.add(found)
      else if (!(name in optionalDependencies)) throw new Error(`${path || 'todo5'} needs ${name}, which is not locked`)
    }
  }
  return installed
}

/** As Node looks for it: beside who asks, then further out. */
function foldersToLookIn(path: string, name: string): string[] {
  const parts = path === '' ? [] : path.split('/node_modules/')
  return [
    ...parts.map((_, last) => `${parts.slice(0, parts.length - last).join('/node_modules/')}/node_modules/${name}`),
    `node_modules/${name}`,
  ]
}
