import {readdir, readFile} from 'node:fs/promises'
import {join, relative, sep} from 'node:path'
import {packagePath} from '../../services/package-root.ts'

/** What Dapr resources are rendered from: the YAML files of dapr/, by path such as components/pubsub-kafka.yaml. */
export type DaprSources = Readonly<Record<string, string>>

/** A file without which nothing can be rendered. */
export class MissingSource extends Error {
  override readonly name = 'MissingSource'
}

/** Those of the package, or of a folder with the same files. Rejects as `readdir` does. */
export async function readDaprSources(folder = packagePath('dapr')): Promise<DaprSources> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true})
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.yaml'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
  const texts = await Promise.all(files.map(async (file) => await readFile(file, 'utf8')))
  return Object.fromEntries(files.map((file, index) => [relative(folder, file).split(sep).join('/'), texts[index]!]))
}
