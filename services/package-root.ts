import {existsSync} from 'node:fs'
import {dirname, join} from 'node:path'

/**
 * The folder of package.json, found upwards from this file: the same code runs from the sources, from dist and from an
 * installed package. Every file that is read at run time (templates, SQL, pages) is found through here.
 */
function findPackageRoot(): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error(`no package.json above ${import.meta.dirname}`)
    folder = parent
  }
  return folder
}

const root = findPackageRoot()

/** An absolute path inside of the package, from a path relative to its root. */
export const packagePath = (...segments: string[]): string => join(root, ...segments)
