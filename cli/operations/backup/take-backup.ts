import {mkdir, mkdtemp, rm, stat, writeFile} from 'node:fs/promises'
import {basename, dirname, join, resolve} from 'node:path'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {lookFor} from '../../supervisor/machine.ts'
import {databaseError} from '../database-error.ts'
import {packBackup} from './archive.ts'
import type {BackupTarget} from './backup-target.ts'
import {whileQuiet} from './quiet-target.ts'

export interface BackupRequest {
  readonly target: BackupTarget
  /** A file that is not there yet, or a folder, in which it gets a name. */
  readonly file: string
  /** Somebody's own database in place of that of the target. */
  readonly databaseUrl: string | null
  readonly version: string
  /** ms since the epoch. */
  readonly now: number
  readonly dryRun: boolean
  readonly signal: AbortSignal
}

export interface BackupFacts {
  readonly target: 'local' | 'host'
  readonly file: string
  readonly bytes: number
  readonly taken_at: string
  readonly todo5_version: string
  /** The newest migration. */
  readonly schema: string
  readonly tasks: number
  readonly accounts: number
}

export type BackupResult = BackupFacts | {readonly dry_run: true; readonly steps: readonly string[]}

/** Writes all that a target keeps into one file, as of one moment. It may run; when it does not, its database is started for the while. */
export async function takeBackup(request: BackupRequest): Promise<BackupResult> {
  const {target, version, signal} = request
  const file = await freePlace(request)
  const url = await databaseOf(request)
  if (request.dryRun) return {dry_run: true, steps: stepsOf(target, file, url)}
  const folder = await mkdtemp(join(dirname(file), `.${basename(file)}.`))
  try {
    const contents = join(folder, 'contents')
    await mkdir(contents, {mode: 0o700})
    const {data} = target.machine
    const take = async (from: string) => ({dump: await data.dump(from, contents, signal), kept: await data.count(from)})
    const {dump, kept} = await explained(async () =>
      url === null
        ? await whileQuiet(target.machine, signal, async () => await data.withDatabase(signal, take))
        : await take(url),
    )
    for (const [name, secret] of Object.entries(await data.secrets())) {
      await writeFile(join(contents, name), secret as string, {mode: 0o600, flag: 'wx'})
    }
    signal.throwIfAborted()
    const {migrations, tables, sequences, ...moment} = dump
    const about = {format: 1 as const, todo5_version: version, target: target.name, ...moment, ...kept}
    const lists = {
      migrations: [...migrations],
      tables: tables.map((table) => ({...table, columns: [...table.columns]})),
      sequences: [...sequences],
    }
    const {bytes} = await packBackup(contents, {...about, ...lists}, file)
    const {taken_at} = moment
    return {target: target.name, file, bytes, taken_at, todo5_version: version, schema: migrations.at(-1)!, ...kept}
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

const stepsOf = ({name, dataDir}: BackupTarget, file: string, url: string | null): string[] => [
  ...(url === null ? [`start the database in ${dataDir} for the while`] : []),
  `read all tables of ${name} as of one moment; who works goes on working`,
  `write them with the secrets beside them into ${file}, readable by you alone`,
  ...(url === null ? ['stop the database again'] : []),
]

/** Nothing is ever overwritten: the older backup may be the good one. */
async function freePlace({file, target, now}: BackupRequest): Promise<string> {
  const wanted = resolve(file)
  const there = await kindOf(wanted)
  const moment = new Date(now).toISOString().replaceAll(/[-:]|\.\d+/gu, '')
  const place = there === 'folder' ? join(wanted, `todo5-${target.name}-${moment}.tar.gz`) : wanted
  if (there === 'file' || (there === 'folder' && (await kindOf(place)) !== 'nothing')) {
    throw new CliError(`${place} is there already; it stays as it is.`, {
      code: 'file_exists',
      exit: EXIT.refused,
      hints: [`todo5 backup ${dirname(place)}        makes a new file there`],
    })
  }
  if (there === 'nothing' && (await kindOf(dirname(wanted))) !== 'folder') {
    throw new CliError(`There is no folder ${dirname(wanted)}.`, {
      code: 'no_such_folder',
      exit: EXIT.notFound,
      hints: [`mkdir -p ${dirname(wanted)}`],
    })
  }
  return place
}

async function kindOf(path: string): Promise<'folder' | 'file' | 'nothing'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file'
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return 'nothing'
    throw error
  }
}

/** Null: that of the data folder, which does not run. */
async function databaseOf({target, databaseUrl}: BackupRequest): Promise<string | null> {
  if (databaseUrl !== null) return databaseUrl
  const found = await lookFor(target.machine)
  if (found.kind === 'ready' && found.state.database_url !== null) return found.state.database_url
  if (found.kind !== 'none') {
    throw new CliError(`todo5 is ${found.kind}; its database cannot be read just now.`, {
      code: 'not_ready',
      exit: EXIT.refused,
      hints: ['todo5 status', 'run it again in a moment'],
    })
  }
  if (await target.machine.data.isThere()) return null
  throw new CliError(`There is nothing to back up: ${target.name} has no data in ${target.dataDir}.`, {
    code: 'no_data',
    exit: EXIT.refused,
    hints: ['todo5 up        starts one', 'todo5 backup FILE --database-url URL        of your own PostgreSQL'],
  })
}

async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw databaseError(error)
  }
}
