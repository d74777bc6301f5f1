import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {z} from 'zod'
import {needProgram, runStep, type Step} from './outside-program.ts'
import {type Bundle, BUNDLES, placeOf, type ProgramName} from './program-table.ts'
import type {Obtaining} from './toolchain.ts'

/** How the programs of a bundle are built from the module of their publisher. */
export interface GoRecipe {
  readonly bundle: Bundle
  readonly module: string
  /** Such as v1.18.3. */
  readonly version: string
  /** Lines of go.mod besides upstream's own. */
  readonly replaces: readonly string[]
  /** Puts sources of ours into the folder of the build. */
  readonly prepare?: (folder: string) => Promise<void>
  /** What `go` is told to build a program. */
  readonly buildArgs: (program: ProgramName, target: string) => readonly string[]
}

/**
 * Builds programs from a Go module. `go install module@version` refuses a module with replace directives; so a module of
 * our own takes over upstream's go.mod and go.sum, and with them every version that upstream was released with. Resumable
 * through Go's own caches.
 */
export async function buildWithGo(recipe: GoRecipe, obtaining: Obtaining): Promise<void> {
  const {toolchain, into, say} = obtaining
  const {bundle, module, version} = recipe
  const go = await needProgram('go', toolchain, 'Go 1.26.6 or newer: https://go.dev/dl')
  const work = join(into, '.build')
  await mkdir(join(work, 'tmp'), {recursive: true})
  const env = goEnvironment(join(work, 'tmp'))
  say(`asking for the Go module ${module} ${version.slice(1)}`)
  await writeFile(join(work, 'go.mod'), `module todo5.local/${bundle}\n`)
  const {stdout} = await runStep({program: go, args: moduleArgs(recipe), cwd: work, env}, obtaining)
  const upstream = z.object({Dir: z.string()}).parse(JSON.parse(stdout)).Dir
  await writeFile(join(work, 'go.mod'), wrapGoMod(await readFile(join(upstream, 'go.mod'), 'utf8'), recipe))
  await writeFile(join(work, 'go.sum'), await readFile(join(upstream, 'go.sum')))
  await recipe.prepare?.(work)
  for (const program of BUNDLES[bundle].programs) {
    const args = recipe.buildArgs(program, join(into, placeOf(program, toolchain.platform)))
    await build({program: go, args, cwd: work, env}, program, obtaining)
  }
  // Modules are read-only in Go's cache, not here: this folder is ours alone.
  await rm(work, {recursive: true, force: true})
}

/** Two counts that only grow: nobody knows beforehand how much of a build is in the cache. */
async function build(step: Step, program: ProgramName, obtaining: Obtaining): Promise<void> {
  const counts = {modules: 0, packages: 0}
  const began = performance.now()
  const tell = (): void => {
    const {modules, packages} = counts
    const seconds = Math.round((performance.now() - began) / 1000)
    const fetched = modules > 0 ? `${modules} modules fetched, ` : ''
    const text = `building ${program}: ${fetched}${packages} packages compiled, ${seconds} s`
    obtaining.say(text)
  }
  tell()
  const timer = setInterval(tell, 1000)
  try {
    await runStep(step, obtaining, (line) => {
      if (line.startsWith('go: downloading ')) counts.modules++
      else if (/^[\w.~/-]+$/u.test(line)) counts.packages++
    })
  } finally {
    clearInterval(timer)
  }
}

export const moduleArgs = ({module, version}: Pick<GoRecipe, 'module' | 'version'>): string[] => [
  'mod',
  'download',
  '-json',
  `${module}@${version}`,
]

/** GOTOOLCHAIN stays as it is: an older Go may fetch the one that it needs. */
const goEnvironment = (temporary: string) => ({
  CGO_ENABLED: '0',
  GOFLAGS: '-mod=mod',
  GOWORK: 'off',
  GOTMPDIR: temporary,
})

/** Upstream's go.mod as that of a module which requires upstream. */
export function wrapGoMod(upstream: string, {bundle, module, version, replaces}: GoRecipe): string {
  const renamed = upstream.replace(/^module .*$/mu, `module todo5.local/${bundle}`)
  const lines = [`require ${module} ${version}`, ...replaces.map((line) => `replace ${line}`)]
  return `${renamed.trimEnd()}\n\n${lines.join('\n\n')}\n`
}
