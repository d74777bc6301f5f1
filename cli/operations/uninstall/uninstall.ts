import {rm, rmdir, unlink} from 'node:fs/promises'
import {basename, dirname} from 'node:path'
import type {Paths} from '../../paths.ts'
import {lookFor, type TargetMachine, type TargetState} from '../../supervisor/machine.ts'
import {HOST_STOP_LIMIT_MS, STOP_LIMIT_MS} from '../../supervisor/stop-process.ts'
import {stopTarget} from '../../supervisor/stop-target.ts'
import type {AtLogin} from '../at-login/at-login.ts'
import {whileQuiet} from '../backup/quiet-target.ts'
import {assertOurs, findParts, type Part, type PartName, shellLines} from './find-parts.ts'

export interface UninstallTarget {
  readonly name: 'local' | 'host'
  readonly machine: TargetMachine<TargetState>
  readonly atLogin: AtLogin
}

export interface UninstallRequest {
  readonly paths: Paths
  readonly home: string
  /** Folder of package.json. */
  readonly root: string
  readonly targets: readonly UninstallTarget[]
  /** None: it only tells what is there. */
  readonly chosen: readonly PartName[]
  readonly dryRun: boolean
  readonly signal: AbortSignal
  /** Resolves when the person agrees to lose what the lines name; rejects when not. */
  readonly confirm: (lines: readonly string[]) => Promise<void>
}

export interface Uninstalled {
  readonly parts: readonly (Part & {readonly removed: boolean})[]
  readonly stopped: readonly ('local' | 'host')[]
  /** Files of the person that still name todo5. */
  readonly shell_files: readonly string[]
  /** What removes the package itself. */
  readonly package_command: string
}

export type UninstallResult = Uninstalled | {readonly dry_run: true; readonly steps: readonly string[]}

/** Tells what todo5 has put on this machine, and removes what is chosen of it. */
export async function uninstall(request: UninstallRequest): Promise<UninstallResult> {
  const {paths, home, targets, chosen, signal} = request
  const startFiles = (await Promise.all(targets.map(async ({atLogin}) => await atLogin.files()))).flat()
  const parts = await findParts(paths, {home, startFiles})
  const going = parts.filter(({part}) => chosen.includes(part))
  for (const {path} of going) await assertOurs(path, home)
  const running = await runningOf(targets, chosen)
  const facts = {shell_files: await shellLines(home), package_command: packageCommand(request.root)}
  if (request.dryRun) {
    const steps = [
      ...running.map(({name}) => `stop ${name}`),
      ...(chosen.includes('data') && startFiles.length > 0 ? ['no longer start it at login'] : []),
      ...going.map(lossLine),
    ]
    return {dry_run: true, steps: steps.length === 0 ? ['nothing: nothing of it is there'] : steps}
  }
  if (going.length === 0) return {parts: parts.map((part) => ({...part, removed: false})), stopped: [], ...facts}
  await request.confirm(going.map(lossLine))
  for (const {machine, name} of running) {
    await stopTarget(machine, {
      deleteData: false,
      signal,
      stopLimitMs: name === 'host' ? HOST_STOP_LIMIT_MS : STOP_LIMIT_MS,
    })
  }
  if (chosen.includes('data')) {
    for (const {atLogin} of targets) await atLogin.off()
    await quietly(targets, signal, async () => await removeAll(going))
  } else await removeAll(going)
  return {
    parts: parts.map((part) => ({...part, removed: chosen.includes(part.part)})),
    stopped: running.map(({name}) => name),
    ...facts,
  }
}

const lossLine = ({path, what, link}: Part): string =>
  link === null ? `delete ${path}  (${what})` : `delete ${path}  (a link; what lies in ${link} stays)`

/** Data belong to both; programs are those of host. */
async function runningOf(
  targets: readonly UninstallTarget[],
  chosen: readonly PartName[],
): Promise<readonly UninstallTarget[]> {
  const found: UninstallTarget[] = []
  for (const target of targets) {
    if (!chosen.includes('data') && !(target.name === 'host' && chosen.includes('programs'))) continue
    const {machine} = target
    const left = async (): Promise<boolean> => (await machine.hasState()) || (await machine.hasRemains())
    if ((await lookFor(machine)).kind !== 'none' || (await left())) found.push(target)
  }
  return found
}

/** With the lock of each, so that nobody starts what is being deleted. */
async function quietly(
  [first, ...others]: readonly UninstallTarget[],
  signal: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  if (!first) return await work()
  await whileQuiet(first.machine, signal, async () => await quietly(others, signal, work))
}

async function removeAll(parts: readonly Part[]): Promise<void> {
  for (const {path, link} of parts) {
    if (link === null) await rm(path, {recursive: true, force: true, maxRetries: 5})
    else await unlink(path)
    const parent = dirname(path)
    if (/todo5/iu.test(basename(parent))) await removeIfEmpty(parent)
  }
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder)
  } catch (error) {
    if (
      !['ENOTEMPTY', 'EEXIST', 'ENOENT', 'EACCES', 'ENOTDIR', 'EBUSY'].includes(
        (error as NodeJS.ErrnoException).code ?? '',
      )
    )
      throw error
  }
}

/** By where the package lies: npm has no word for it. */
export function packageCommand(root: string): string {
  const path = root.replaceAll('\\', '/')
  if (path.includes('/_npx/')) return 'npm cache npx rm        npx keeps a copy in its cache'
  if (path.includes('/lib/node_modules/') || /\/npm\/node_modules\//iu.test(path)) return 'npm uninstall -g todo5'
  const project = /^(.+)\/node_modules\/todo5$/u.exec(path)?.[1]
  return project === undefined ? `rm -r ${root}        it is a clone` : `npm uninstall todo5        in ${project}`
}
