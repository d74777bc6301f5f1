import {chmod, mkdir, readdir, rename, rm} from 'node:fs/promises'
import {randomUUID} from 'node:crypto'
import {join} from 'node:path'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {assembleKafka, assembleZipkin} from './assemble-with-maven.ts'
import {buildWithGo} from './build-with-go.ts'
import {findBundle, findPrograms, type FoundProgram} from './find-programs.ts'
import {GO_RECIPES} from './go-recipes.ts'
import type {InstallEvent} from './install-event.ts'
import {folderOf, writeRecord} from './kept-bundle.ts'
import {obtainRelease} from './obtain-release.ts'
import {ALL_BUNDLES, type Bundle, BUNDLES, bundleOf, placeOf, type ProgramName} from './program-table.ts'
import {ReleaseUnavailable} from './release-unavailable.ts'
import {programsMissing} from './stack-programs.ts'
import type {Obtaining, Toolchain, Way} from './toolchain.ts'

export interface InstallRequest {
  readonly toolchain: Toolchain
  /** Those that must be there in the end; what the stack needs when left out. */
  readonly programs?: readonly ProgramName[] | undefined
  /** Also those that the stack can do without; that one of them cannot be had is only noted. */
  readonly optional?: boolean
  /** Only this way; else the release, and if that cannot be had, the registry. */
  readonly from?: Way | undefined
  readonly signal: AbortSignal
  readonly onEvent?: (event: InstallEvent) => void
}

const REGISTRY: Partial<Record<Bundle, (obtaining: Obtaining) => Promise<void>>> = {
  dapr: async (obtaining) => await buildWithGo(GO_RECIPES.dapr!, obtaining),
  kafka: assembleKafka,
  zipkin: assembleZipkin,
  prometheus: async (obtaining) => await buildWithGo(GO_RECIPES.prometheus!, obtaining),
}

/** Which bundles a request is about, in the order of the table. */
export function wantedBundles({programs, optional = false}: InstallRequest): Bundle[] {
  const named = programs === undefined || programs.length === 0 ? undefined : new Set(programs.map(bundleOf))
  return ALL_BUNDLES.filter((bundle) => named?.has(bundle) ?? (optional || BUNDLES[bundle].needed))
}

/** Those that are not there yet, by the way asked for. */
export async function missingBundles(request: InstallRequest): Promise<Bundle[]> {
  const {toolchain, from, signal} = request
  const missing: Bundle[] = []
  for (const bundle of wantedBundles(request)) {
    const found = await findBundle(bundle, toolchain, {
      signal,
      only: waysOf(bundle, from).length > 0 ? from : undefined,
    })
    if (found.some(({path}) => path === null)) missing.push(bundle)
  }
  return missing
}

/**
 * Gets what is missing and answers with all that is there. Done twice it does nothing; done at once by several, one
 * works and the others wait for it. Rejects when what must be there is not; nothing half done is left then.
 */
export async function installPrograms(request: InstallRequest): Promise<FoundProgram[]> {
  const {toolchain, signal, onEvent = () => undefined} = request
  const missing = await missingBundles(request)
  await refuseWithoutJava(missing, toolchain, signal)
  if (missing.length > 0) {
    await mkdir(toolchain.folder, {recursive: true})
    const lock = await waitForLock(toolchain, signal, onEvent)
    try {
      await removeLeftovers(toolchain.folder)
      // Who held the lock may have got them.
      for (const bundle of await missingBundles(request)) await installOne(bundle, request, onEvent)
    } finally {
      lock.release()
    }
  }
  return await findPrograms(toolchain, signal)
}

async function installOne(bundle: Bundle, request: InstallRequest, onEvent: (event: InstallEvent) => void) {
  const softly = !BUNDLES[bundle].needed && !request.programs?.some((program) => bundleOf(program) === bundle)
  onEvent({kind: 'begins', bundle, text: BUNDLES[bundle].title})
  const began = performance.now()
  try {
    const way = await obtain(bundle, request, onEvent)
    const seconds = Math.round((performance.now() - began) / 1000)
    const how = way === 'release' ? 'official release' : 'package registry'
    onEvent({kind: 'done', bundle, text: `${BUNDLES[bundle].title} ${BUNDLES[bundle][way]!}, ${how}, ${seconds} s`})
  } catch (error) {
    request.signal.throwIfAborted()
    if (!softly || !(error instanceof CliError) || error.code === 'wrong_checksum') throw error
    onEvent({kind: 'note', text: `${BUNDLES[bundle].title} is left out: ${error.message}`})
  }
}

const waysOf = (bundle: Bundle, from: Way | undefined): Way[] =>
  (['release', 'registry'] as const).filter((way) => BUNDLES[bundle][way] && (from === undefined || from === way))

/** The first way that works; only a release that cannot be had leads to the next one. */
async function obtain(bundle: Bundle, request: InstallRequest, onEvent: (event: InstallEvent) => void): Promise<Way> {
  const ways = waysOf(bundle, request.from)
  for (const [index, way] of ways.entries()) {
    try {
      await make(bundle, way, request, onEvent)
      return way
    } catch (error) {
      request.signal.throwIfAborted()
      if (!(error instanceof ReleaseUnavailable)) throw error
      if (index + 1 === ways.length) throw releaseUnavailable(bundle, error)
      const {title, release, registry} = BUNDLES[bundle]
      const text = `${title} ${release!} cannot be had as a release: ${error.message}. Its package registry has ${registry!}.`
      onEvent({kind: 'note', text})
    }
  }
  throw new Error(`${bundle} has no way`)
}

/** In a folder beside it, which takes its place when all is there. */
async function make(bundle: Bundle, way: Way, request: InstallRequest, onEvent: (event: InstallEvent) => void) {
  const {toolchain, signal} = request
  const into = join(toolchain.folder, `.making-${bundle}-${randomUUID()}`)
  await mkdir(into)
  try {
    const say = (text: string): void => onEvent({kind: 'progress', bundle, title: BUNDLES[bundle].title, text})
    const obtaining: Obtaining = {toolchain, into, signal, say}
    await (way === 'release' ? obtainRelease(bundle, obtaining) : REGISTRY[bundle]!(obtaining))
    await makeRunnable(bundle, into, toolchain.platform)
    await writeRecord(into, bundle, way)
    signal.throwIfAborted()
    await putInPlace(into, folderOf(toolchain, bundle, BUNDLES[bundle][way]!))
  } finally {
    await rm(into, {recursive: true, force: true})
  }
}

async function makeRunnable(bundle: Bundle, into: string, platform: NodeJS.Platform): Promise<void> {
  for (const program of BUNDLES[bundle].programs) {
    await chmod(join(into, placeOf(program, platform)), 0o755)
  }
  // Whoever runs the stack may be another account than who installed it.
  await chmod(into, 0o755)
}

async function putInPlace(made: string, folder: string): Promise<void> {
  const old = join(folder, '..', `.old-${randomUUID()}`)
  try {
    await rename(folder, old)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  await rename(made, folder)
  await rm(old, {recursive: true, force: true})
}

/** Under the lock: whatever is half done is of somebody who is dead. Downloads stay; they are gone on with. */
async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/^\.(?:making|old)-/u.test(name)) await rm(join(folder, name), {recursive: true, force: true})
  }
}

/** ms between two looks whether we were told to stop. */
const LOOK_EVERY = 1000

async function waitForLock(toolchain: Toolchain, signal: AbortSignal, onEvent: (event: InstallEvent) => void) {
  for (let told = false; ;) {
    const lock = await toolchain.takeLock({waitMs: LOOK_EVERY, signal})
    if (lock) return lock
    if (!told) onEvent({kind: 'note', text: `Another todo5 installs into ${toolchain.folder}; waiting for it.`})
    told = true
  }
}

/** Before minutes are spent: nothing of what follows runs without it, and nobody but a person can get it. */
async function refuseWithoutJava(missing: readonly Bundle[], toolchain: Toolchain, signal: AbortSignal): Promise<void> {
  if (missing.includes('java')) throw programsMissing(await findBundle('java', toolchain, {signal}))
}

const releaseUnavailable = (bundle: Bundle, error: ReleaseUnavailable): CliError =>
  new CliError(`${BUNDLES[bundle].title} ${BUNDLES[bundle].release!} cannot be had: ${error.message}.`, {
    code: 'release_unavailable',
    exit: EXIT.unreachable,
    hints: [
      'todo5 toolchain install --from registry',
      'TODO5_TOOLCHAIN_MIRROR=https://…        takes releases from a mirror of yours',
    ],
    cause: error,
  })
