import {createHash} from 'node:crypto'
import {createReadStream, createWriteStream} from 'node:fs'
import {open, readdir, readFile, rename, stat, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {pipeline} from 'node:stream/promises'
import {create, Parser} from 'tar'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {type BackupManifest, backupManifest} from './manifest.ts'

const MANIFEST = 'manifest.json'
/** What an archive may hold, all in one folder: nothing of it can name a place outside. */
const NAME = /^(?:[a-z]+\.[A-Za-z0-9_]+\.copy|(?:auth|push)-secret)$/u

type FileFacts = BackupManifest['files'][string]

/** Packs the files of a folder with a manifest that has their checksums; complete at `file`, or not there at all. */
export async function packBackup(
  folder: string,
  facts: Omit<BackupManifest, 'files'>,
  file: string,
): Promise<{bytes: number}> {
  const names = (await readdir(folder)).toSorted()
  const files: Record<string, FileFacts> = {}
  for (const name of names) files[name] = await factsOf(join(folder, name))
  const manifest: BackupManifest = {...facts, files}
  await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, {mode: 0o600, flag: 'wx'})
  const partial = `${folder}.tar.gz`
  // Portable: neither the account nor the machine that made it is told.
  await pipeline(
    create({cwd: folder, gzip: true, portable: true}, [MANIFEST, ...names]),
    createWriteStream(partial, {mode: 0o600, flags: 'wx'}),
  )
  await sync(partial)
  const {size} = await stat(partial)
  await rename(partial, file)
  return {bytes: size}
}

/** Unpacks a backup into a folder, and makes sure that all of it is there as it was written. */
export async function unpackBackup(file: string, folder: string): Promise<BackupManifest> {
  const found = new Map<string, FileFacts>()
  const writes: Promise<void>[] = []
  const parser = new Parser({strict: true})
  parser.on('entry', (entry) => {
    const known = entry.type === 'File' && (entry.path === MANIFEST || NAME.test(entry.path))
    if (!known || found.has(entry.path)) {
      parser.abort(new Error(`it holds ${entry.path}`))
      return
    }
    const hash = createHash('sha256')
    const facts = {bytes: entry.size, sha256: ''}
    found.set(entry.path, facts)
    entry.on('data', (chunk: Buffer) => hash.update(chunk))
    entry.on('end', () => (facts.sha256 = hash.digest('hex')))
    writes.push(pipeline(entry, createWriteStream(join(folder, entry.path), {mode: 0o600, flags: 'wx'})))
  })
  try {
    await pipeline(createReadStream(file), parser)
    await Promise.all(writes)
  } catch (error) {
    await Promise.allSettled(writes)
    throw unreadable(file, error, found.has(MANIFEST))
  }
  return await verified(file, folder, found)
}

async function verified(file: string, folder: string, found: ReadonlyMap<string, FileFacts>): Promise<BackupManifest> {
  if (!found.has(MANIFEST)) throw notABackup(file)
  const manifest = backupManifest.safeParse(parsed(await readFile(join(folder, MANIFEST), 'utf8')))
  if (!manifest.success) throw notABackup(file, manifest.error)
  const {files, tables} = manifest.data
  const wrong = Object.entries(files).filter(([name, {bytes, sha256}]) => {
    const there = found.get(name)
    return there?.bytes !== bytes || there.sha256 !== sha256
  })
  const strange = [...found.keys()].filter((name) => name !== MANIFEST && !Object.hasOwn(files, name))
  const lacking = tables.filter((table) => !Object.hasOwn(files, table.file)).map((table) => table.file)
  const odd = [...wrong.map(([name]) => name), ...strange, ...lacking]
  if (odd.length > 0) throw damaged(file, `${odd[0]} is not as it was written`)
  return manifest.data
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

async function factsOf(file: string): Promise<FileFacts> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return {bytes: (await stat(file)).size, sha256: hash.digest('hex')}
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Without the manifest, which comes first, it is something else. */
function unreadable(file: string, error: unknown, isBackup: boolean): unknown {
  const {code, message} = error as NodeJS.ErrnoException
  if (code === 'ENOENT') {
    return new CliError(`There is no file ${file}.`, {
      code: 'no_such_file',
      exit: EXIT.notFound,
      hints: ['name a file that todo5 backup has made'],
      cause: error,
    })
  }
  if (code === 'EISDIR') return notABackup(file, error)
  if (code !== undefined && /^(?:EACCES|EPERM|ENOSPC|EROFS|EIO)$/u.test(code)) return error
  if (!isBackup || message.startsWith('it holds ')) return notABackup(file, error)
  return damaged(file, message)
}

const damaged = (file: string, why: string): CliError =>
  new CliError(`${file} is damaged: ${why}.`, {
    code: 'backup_damaged',
    exit: EXIT.refused,
    hints: ['take another copy of it, or an older backup'],
  })

const notABackup = (file: string, cause?: unknown): CliError =>
  new CliError(`${file} is no backup of todo5.`, {
    code: 'not_a_backup',
    exit: EXIT.usage,
    hints: ['todo5 backup FILE        makes one'],
    cause,
  })
