import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join, resolve} from 'node:path'
import {lookFor} from '../../supervisor/machine.ts'
import {HOST_STOP_LIMIT_MS, STOP_LIMIT_MS} from '../../supervisor/stop-process.ts'
import {stopTarget} from '../../supervisor/stop-target.ts'
import type {KeptSecrets} from '../../supervisor/target-data.ts'
import {databaseError} from '../database-error.ts'
import {unpackBackup} from './archive.ts'
import type {BackupState, BackupTarget} from './backup-target.ts'
import type {BackupManifest} from './manifest.ts'
import {whileQuiet} from './quiet-target.ts'

export interface RestoreRequest {
  readonly file: string
  /** Where to, once it is known where from. */
  readonly chooseTarget: (madeOf: 'local' | 'host') => Promise<BackupTarget>
  readonly databaseUrl: string | null
  readonly dryRun: boolean
  readonly signal: AbortSignal
  /** Resolves when the person agrees to lose what the lines name; rejects when not. */
  readonly confirm: (target: 'local' | 'host', lines: readonly string[]) => Promise<void>
}

export interface RestoredFacts {
  readonly target: 'local' | 'host'
  readonly file: string
  readonly taken_at: string
  readonly todo5_version: string
  readonly schema: string
  readonly tasks: number
  readonly accounts: number
  /** Whether there was something before it. */
  readonly replaced: boolean
  /** Null: nothing ran before, so nothing was started. */
  readonly api_url: string | null
}

export type RestoreResult = RestoredFacts | {readonly dry_run: true; readonly steps: readonly string[]}

/** Puts a backup in the place of what a target keeps: all of it, or nothing is changed. */
export async function restoreBackup(request: RestoreRequest): Promise<RestoreResult> {
  const {signal, databaseUrl} = request
  const file = resolve(request.file)
  const folder = await mkdtemp(join(tmpdir(), 'todo5-restore-'))
  try {
    const manifest = await unpackBackup(file, folder)
    signal.throwIfAborted()
    const target = await request.chooseTarget(manifest.target)
    const {machine} = target
    const before = await lookFor(machine)
    const state = before.kind === 'none' ? undefined : before.state
    const loss = await lossOf(target, state, databaseUrl)
    if (request.dryRun) return {dry_run: true, steps: stepsOf(manifest, {...request, file}, target, state, loss)}
    if (loss.length > 0) await request.confirm(target.name, loss)
    const startAgain = await target.restarter(signal)
    await stopTarget(machine, {
      deleteData: false,
      signal,
      stopLimitMs: target.name === 'host' ? HOST_STOP_LIMIT_MS : STOP_LIMIT_MS,
    })
    const secrets = await secretsIn(folder, manifest)
    try {
      await whileQuiet(machine, signal, async (data) => {
        const {todo5_version: madeBy} = manifest
        await data.restore({dump: manifest, folder, secrets, madeBy, databaseUrl, signal})
      })
    } catch (error) {
      // As it was before: what ran goes on with what it had.
      if (!signal.aborted) await startAgain?.()
      throw databaseError(error)
    }
    const {taken_at, todo5_version, tasks, accounts} = manifest
    return {
      target: target.name,
      file,
      taken_at,
      todo5_version,
      schema: manifest.migrations.at(-1)!,
      tasks,
      accounts,
      replaced: loss.length > 0,
      api_url: databaseUrl === null && startAgain ? await startAgain() : null,
    }
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

/** What is there now and would be gone, a line each; none where nobody has anything yet. */
async function lossOf(
  {machine, dataDir, name}: BackupTarget,
  state: BackupState | undefined,
  databaseUrl: string | null,
): Promise<string[]> {
  if (databaseUrl !== null) {
    return (await machine.data.isThere())
      ? [`replaces the secrets in ${dataDir}: whoever is signed in to the todo5 there has to sign in again`]
      : []
  }
  if (state?.database_url) {
    const {tasks} = await machine.data.count(state.database_url)
    return tasks === 0 ? [] : [`replaces all that ${name} keeps in ${dataDir}: ${counted(tasks, 'task')}`]
  }
  return (await machine.data.isThere()) ? [`replaces all that ${name} keeps in ${dataDir}`] : []
}

const counted = (n: number, one: string): string => `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`

function stepsOf(
  manifest: BackupManifest,
  {file, databaseUrl}: RestoreRequest,
  {name, dataDir}: BackupTarget,
  state: BackupState | undefined,
  loss: readonly string[],
): string[] {
  const {tasks, accounts, taken_at: takenAt, todo5_version: madeBy, migrations} = manifest
  const place = databaseUrl === null ? `a new database in ${dataDir}` : 'the database of --database-url'
  return [
    `${file} is whole: ${counted(tasks, 'task')} of ${counted(accounts, 'account')}, taken ${takenAt} by todo5 ${madeBy}`,
    ...(state ? [`stop todo5 (pid ${state.pid})`] : []),
    `fill ${place}, schema ${migrations.at(-1)!}, then bring it to the schema of this todo5`,
    ...(databaseUrl === null && loss.length > 0 ? ['put it in the place of the one that is there'] : []),
    ...loss,
    'put the secrets that sign sessions and push messages beside it',
    ...(state && databaseUrl === null ? [`start ${name} again`] : []),
  ]
}

async function secretsIn(folder: string, {files}: BackupManifest): Promise<KeptSecrets> {
  const read = async (name: string): Promise<string | undefined> =>
    Object.hasOwn(files, name) ? await readFile(join(folder, name), 'utf8') : undefined
  const [auth, push] = [await read('auth-secret'), await read('push-secret')]
  return {...(auth !== undefined && {'auth-secret': auth}), ...(push !== undefined && {'push-secret': push})}
}
