import {readdir, realpath} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {runProgram} from '../tools/run-program.ts'
import {type Bundle, BUNDLES, placeOf, type ProgramName} from './program-table.ts'
import {findOnPath, isProgram} from './search-path.ts'
import type {Toolchain} from './toolchain.ts'
import {isIn, versionIn} from './version.ts'

export interface OnPath {
  readonly good?: {readonly version: string; readonly paths: Partial<Record<ProgramName, string>>}
  /** What is on the PATH and of no use. */
  readonly problem?: string
}

/** ms; a Java on a busy machine takes seconds to say its version. */
const ANSWER_WITHIN = 60_000

export async function lookOnPath(bundle: Bundle, toolchain: Toolchain, signal?: AbortSignal): Promise<OnPath> {
  const seen = await LOOKS[bundle](toolchain, signal)
  if (seen.good === undefined || isIn(seen.good.version, BUNDLES[bundle].accepts)) return seen
  const {from, before} = BUNDLES[bundle].accepts
  const wanted = bundle === 'java' ? '17 or newer' : `${from} or newer, before ${before}`
  const [path] = Object.values(seen.good.paths)
  return {problem: `${path} is version ${seen.good.version}; wanted is ${wanted}`}
}

type Look = (toolchain: Toolchain, signal?: AbortSignal) => Promise<OnPath>

const LOOKS: Readonly<Record<Bundle, Look>> = {
  dapr: lookForDapr,
  kafka: lookForKafka,
  java: lookForJava,
  // A jar is on no PATH.
  zipkin: async () => ({}),
  prometheus: async (toolchain, signal) => {
    const path = await findOnPath('prometheus', toolchain)
    if (path === undefined) return {}
    const {good, ...seen} = await asked('prometheus', path, ['--version'], {toolchain, signal})
    const promtool = await findOnPath('promtool', toolchain)
    return good ? {good: {...good, paths: {...good.paths, ...(promtool !== undefined && {promtool})}}} : seen
  },
}

/**
 * `scheduler` and `sentry` have no --version, and others have programs of these names: they count when they lie beside a
 * good daprd and know a flag of Dapr's.
 */
async function lookForDapr(toolchain: Toolchain, signal?: AbortSignal): Promise<OnPath> {
  const daprd = await findOnPath('daprd', toolchain)
  if (daprd === undefined) return {}
  const seen = await asked('daprd', daprd, ['--version'], {toolchain, signal})
  if (seen.good === undefined) return seen
  const paths: Partial<Record<ProgramName, string>> = {daprd}
  for (const [program, flag] of [
    ['scheduler', '--etcd-data-dir'],
    ['sentry', '--trust-domain'],
  ] as const) {
    const path = join(dirname(daprd), placeOf(program, toolchain.platform))
    if (!(await isProgram(path))) return {problem: `${daprd} has no ${program} beside it`}
    const help = await run(path, ['--help'], {toolchain, signal})
    if (!`${help.stdout}${help.stderr}`.includes(flag)) return {problem: `${path} is not the one of Dapr`}
    paths[program] = path
  }
  return {good: {version: seen.good.version, paths}}
}

/** The jars beside the script that starts a broker: kafka-server-start.sh of the archive, without .sh in Homebrew. */
async function lookForKafka(toolchain: Toolchain): Promise<OnPath> {
  const script =
    (await findOnPath('kafka-server-start.sh', toolchain)) ?? (await findOnPath('kafka-server-start', toolchain))
  if (script === undefined) return {}
  const home = dirname(dirname(await realpath(script)))
  for (const libs of [join(home, 'libs'), join(home, 'libexec', 'libs')]) {
    const version = await kafkaVersion(libs)
    if (version !== undefined) return {good: {version, paths: {kafka: libs}}}
  }
  return {problem: `${script} has no jars of Kafka near it`}
}

async function kafkaVersion(libs: string): Promise<string | undefined> {
  try {
    for (const name of await readdir(libs)) {
      const version = /^kafka_[\d.]+-(\d+\.\d+\.\d+)\.jar$/u.exec(name)?.[1]
      if (version !== undefined) return version
    }
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
  return undefined
}

async function lookForJava(toolchain: Toolchain, signal?: AbortSignal): Promise<OnPath> {
  const {javaHome, platform} = toolchain
  const own = javaHome === undefined ? undefined : join(javaHome, 'bin', placeOf('java', platform))
  const path = own !== undefined && (await isProgram(own)) ? own : await findOnPath('java', toolchain)
  // macOS has a /usr/bin/java that only says where to get one: it fails, and so does not count.
  return path === undefined ? {} : await asked('java', path, ['-version'], {toolchain, signal})
}

interface Context {
  readonly toolchain: Toolchain
  readonly signal: AbortSignal | undefined
}

async function asked(program: ProgramName, path: string, args: readonly string[], context: Context): Promise<OnPath> {
  const {exitCode, stdout, stderr} = await run(path, args, context)
  const version = versionIn(stdout || stderr)
  if (exitCode !== 0 || version === undefined) return {problem: `${path} does not say its version`}
  return {good: {version, paths: {[program]: path}}}
}

const run = async (path: string, args: readonly string[], {toolchain, signal}: Context) =>
  await runProgram(path, args, {
    timeoutMs: ANSWER_WITHIN,
    env: {PATH: toolchain.searchPath},
    ...(signal && {signal}),
  })
