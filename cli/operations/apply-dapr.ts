import {YAMLError} from 'yaml'
import {z} from 'zod'
import type {ServiceName} from '../../services/contracts/service-names.ts'
import {CliError, usageError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {currentVersion, daprHash, type DaprVersion, type NewDaprVersion} from '../supervisor/host/dapr-versions.ts'
import {concernedBy, type DaprChange, daprChanges} from './dapr-changes.ts'
import type {DaprInstallation} from './dapr-installation.ts'
import {type DaprSources, MissingSource, readDaprSources} from './dapr-sources.ts'
import {lintDapr} from './lint-dapr.ts'
import {type RenderedResource, renderDapr} from './render-dapr.ts'

/** What was, or would be, done with the Dapr resources of a target. */
export interface DaprApplied {
  readonly target: string
  /** The version that was there; null: none yet. */
  readonly from: number | null
  /** The version that is there now; null with --dry-run. */
  readonly version: number | null
  /** `unchanged`: nothing was done; `at_next_start`: nothing runs. */
  readonly state: 'unchanged' | 'loaded' | 'at_next_start' | 'dry_run'
  readonly changes: readonly DaprChange[]
  /** Whose sidecars are, or would be, started anew. */
  readonly services: readonly ServiceName[]
}

interface Order {
  readonly installation: DaprInstallation
  readonly dryRun: boolean
  readonly signal: AbortSignal
}

/** `todo5 dapr apply`: makes what is rendered a version, and loads it. Refuses what dapr lint calls an error. */
export async function applyDapr(
  request: Order & {
    /** A folder with the files of dapr/ in place of those of the package. */
    readonly folder: string | undefined
    readonly values: Readonly<Record<string, string>>
    /** Rules of dapr lint. */
    readonly ignore: readonly string[]
  },
): Promise<DaprApplied> {
  const {installation, folder, values, ignore} = request
  const own = await installation.values()
  const taken = Object.keys(values).find((name) => Object.hasOwn(own, name))
  if (taken !== undefined) {
    throw usageError(`${taken} follows from what runs on ${installation.target}.`, 'invalid_value', 'leave it out')
  }
  const ofPackage = await readDaprSources()
  const sources = folder === undefined ? ofPackage : await sourcesOf(folder)
  const version = {action: 'apply' as const, of: null, package_hash: daprHash(ofPackage), values, sources}
  const rendered = await render(installation, version)
  refuseErrors(rendered, ignore)
  return await load(request, version, rendered)
}

/** `todo5 dapr rollback`: makes what a version had a new version, and loads it. */
export async function rollBackDapr(request: Order & {readonly to: number | undefined}): Promise<DaprApplied> {
  const {installation, to} = request
  const versions = await installation.versions.all()
  const wanted = to === undefined ? earlier(versions) : versions.find(({number}) => number === to)
  if (!wanted) throw noVersion(to)
  if (wanted.state === 'failed') throw hasFailed(wanted)
  const {number: of, values, sources} = wanted
  const version = {action: 'rollback' as const, of, package_hash: daprHash(await readDaprSources()), values, sources}
  return await load(request, version, await render(installation, version))
}

async function load(
  order: Order,
  version: NewDaprVersion,
  rendered: readonly RenderedResource[],
): Promise<DaprApplied> {
  const {installation, dryRun, signal} = order
  const {target, versions} = installation
  const before = currentVersion(await versions.all())
  const loaded = before ? await render(installation, before) : []
  const changes = daprChanges(loaded, rendered)
  const services = before ? concernedBy(loaded, rendered) : []
  const facts = {target, from: before?.number ?? null, changes, services}
  if (changes.length === 0 && before) return {...facts, version: before.number, state: 'unchanged'}
  if (dryRun) return {...facts, version: null, state: 'dry_run'}
  const added = await versions.add(version)
  return {...facts, version: added.number, state: await installation.load(added, signal)}
}

async function render(
  installation: DaprInstallation,
  {sources, values}: Pick<DaprVersion, 'sources' | 'values'>,
): Promise<RenderedResource[]> {
  const {target} = installation
  try {
    return await renderDapr({target, sources, values: {...values, ...(await installation.values())}})
  } catch (error) {
    if (error instanceof CliError) throw error
    if (!(error instanceof z.ZodError || error instanceof YAMLError || error instanceof MissingSource)) throw error
    const what = error instanceof z.ZodError ? z.prettifyError(error) : error.message
    throw usageError(`Nothing can be rendered from these files: ${what}`, 'invalid_dapr_sources', HOW)
  }
}

const HOW = 'begin with a copy of the folder dapr/ of the package'

async function sourcesOf(folder: string): Promise<DaprSources> {
  try {
    return await readDaprSources(folder)
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    throw new CliError(`There is no folder ${folder}.`, {code: 'file_not_found', exit: EXIT.notFound, hints: [HOW]})
  }
}

function refuseErrors(rendered: readonly RenderedResource[], ignore: readonly string[]): void {
  const {findings} = lintDapr(rendered, ignore)
  const [first, ...others] = findings.filter(({severity}) => severity === 'error')
  if (!first) return
  const more = others.length === 0 ? '' : ` And ${others.length} more.`
  throw new CliError(`${first.file}:${first.line}: ${first.message}${more}`, {
    code: 'lint_errors',
    exit: EXIT.refused,
    hints: [first.hint, `--ignore ${first.rule}        loads it all the same`],
  })
}

/** The last one that was loaded before, with something else in it. */
function earlier(versions: readonly DaprVersion[]): DaprVersion | undefined {
  const current = currentVersion(versions)
  return versions.find(
    ({number, state, hash}) => current && number < current.number && state === 'loaded' && hash !== current.hash,
  )
}

const noVersion = (to: number | undefined): CliError =>
  new CliError(to === undefined ? 'There is no earlier version.' : `There is no version ${to}.`, {
    code: 'version_not_found',
    exit: EXIT.notFound,
    hints: ['todo5 dapr versions        lists the last ten'],
  })

const hasFailed = ({number, reason}: DaprVersion): CliError =>
  new CliError(`Version ${number} was never loaded: ${reason}`, {
    code: 'version_failed',
    exit: EXIT.refused,
    hints: ['todo5 dapr versions'],
  })
