import {cp, mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {z} from 'zod'
import {packagePath} from '../../services/package-root.ts'
import {needProgram, runStep, type Step} from './outside-program.ts'
import {BUNDLES, DURABLETASK_FOR_BUILD, placeOf, type ProgramName} from './program-table.ts'
import type {Obtaining} from './toolchain.ts'

const MODULE = 'github.com/dapr/dapr'
const DURABLETASK = 'github.com/dapr/durabletask-go'

/**
 * Builds daprd, scheduler and sentry from the Go module of Dapr. `go install module@version` refuses a module with
 * replace directives, and Dapr's has them; so a module of our own takes over upstream's go.mod and go.sum, and with
 * them every version that upstream was released with. Resumable through Go's own caches.
 */
export async function buildDapr(obtaining: Obtaining): Promise<void> {
  const {toolchain, into, say} = obtaining
  const go = await needProgram('go', toolchain, 'Go 1.26.6 or newer: https://go.dev/dl')
  const version = BUNDLES.dapr.registry!
  const work = join(into, '.build')
  await mkdir(join(work, 'tmp'), {recursive: true})
  const env = goEnvironment(join(work, 'tmp'))
  say(`asking for the Go module ${MODULE} ${version}`)
  await writeFile(join(work, 'go.mod'), 'module todo5.local/dapr\n')
  const {stdout} = await runStep({program: go, args: moduleArgs(version), cwd: work, env}, obtaining)
  const upstream = z.object({Dir: z.string()}).parse(JSON.parse(stdout)).Dir
  await writeFile(join(work, 'go.mod'), wrapGoMod(await readFile(join(upstream, 'go.mod'), 'utf8'), version))
  await writeFile(join(work, 'go.sum'), await readFile(join(upstream, 'go.sum')))
  await cp(packagePath('templates', 'toolchain', 'daprd'), join(work, 'daprd'), {recursive: true})
  for (const program of BUNDLES.dapr.programs) {
    const target = join(into, placeOf(program, toolchain.platform))
    await build({program: go, args: buildArgs(program, version, target), cwd: work, env}, program, obtaining)
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

export const moduleArgs = (version: string): string[] => ['mod', 'download', '-json', `${MODULE}@v${version}`]

export function buildArgs(program: ProgramName, version: string, target: string): string[] {
  const stamps = [`${MODULE}/pkg/buildinfo.version`, 'github.com/dapr/kit/logger.DaprVersion']
  const flags = ['-s', '-w', ...stamps.map((variable) => `-X ${variable}=${version}`)].join(' ')
  const source = program === 'daprd' ? './daprd' : `${MODULE}/cmd/${program}`
  return ['build', '-v', '-trimpath', '-buildvcs=false', '-ldflags', flags, '-o', target, source]
}

/** GOTOOLCHAIN stays as it is: an older Go may fetch the one that it needs. */
const goEnvironment = (temporary: string) => ({
  CGO_ENABLED: '0',
  GOFLAGS: '-mod=mod',
  GOWORK: 'off',
  GOTMPDIR: temporary,
})

/** Upstream's go.mod as that of a module which requires upstream. */
export function wrapGoMod(upstream: string, version: string): string {
  const renamed = upstream.replace(/^module .*$/mu, 'module todo5.local/dapr')
  const lines = [`require ${MODULE} v${version}`, `replace ${DURABLETASK} => ${DURABLETASK} ${DURABLETASK_FOR_BUILD}`]
  return `${renamed.trimEnd()}\n\n${lines.join('\n\n')}\n`
}
