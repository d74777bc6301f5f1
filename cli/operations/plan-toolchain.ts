import {join} from 'node:path'
import {kafkaArgs, zipkinArgs} from '../toolchain/assemble-with-maven.ts'
import {moduleArgs} from '../toolchain/build-with-go.ts'
import {GO_RECIPES} from '../toolchain/go-recipes.ts'
import {type InstallRequest, missingBundles} from '../toolchain/install-programs.ts'
import {folderOf} from '../toolchain/kept-bundle.ts'
import {type Bundle, BUNDLES} from '../toolchain/program-table.ts'
import {releaseOf} from '../toolchain/releases.ts'

/** What `todo5 toolchain install` would do now, in order. Looks, changes nothing. */
export async function planToolchain(request: InstallRequest): Promise<string[]> {
  const missing = await missingBundles(request)
  if (missing.length === 0) return ['nothing: all is there']
  return missing.flatMap((bundle) =>
    bundle === 'java' ? ['stop: there is no Java 17 or newer'] : stepsOf(bundle, request),
  )
}

function stepsOf(bundle: Bundle, {toolchain, from}: InstallRequest): string[] {
  const {title, release, registry} = BUNDLES[bundle]
  const steps: string[] = []
  const files = from === 'registry' ? undefined : releaseOf(bundle, toolchain)
  for (const {path, checksums} of files?.files ?? []) {
    steps.push(`download ${files!.bases[0]!}/${path}, verify it by ${checksums}`)
  }
  if (files) steps.push(`unpack it to ${folderOf(toolchain, bundle, release!)}`)
  if (registry === undefined || from === 'release') return steps
  const lead = files ? `if ${title} ${release!} cannot be had: ` : ''
  const folder = folderOf(toolchain, bundle, registry)
  return [...steps, ...commandsOf(bundle, folder).map((line) => `${lead}${line}`)]
}

function commandsOf(bundle: Bundle, folder: string): string[] {
  const line = (program: string, args: readonly string[]): string =>
    [program, ...args.map((arg) => (/[\s$*]/u.test(arg) ? `'${arg}'` : arg))].join(' ')
  if (bundle === 'kafka') return [line('mvn', kafkaArgs(join(folder, 'libs')))]
  if (bundle === 'zipkin') return [line('mvn', zipkinArgs(folder))]
  const recipe = GO_RECIPES[bundle]!
  const builds = BUNDLES[bundle].programs.map((program) => recipe.buildArgs(program, join(folder, program)))
  return [moduleArgs(recipe), ...builds].map((args) => line('go', args))
}
