import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {DOCKER, infoArgs, inspectArgs, parseEngine} from '../../tools/docker.ts'
import {isNoRelease, parseReleaseStatus, releaseStatusArgs, type RevisionState} from '../../tools/helm.ts'
import {ipArgs, MINIKUBE, NO_PROFILE, parseStatus, statusArgs} from '../../tools/minikube.ts'
import {type ProgramResult, runProgram} from '../../tools/run-program.ts'
import {findOnPath} from '../../toolchain/search-path.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import {isIn} from '../../toolchain/version.ts'
import {checkClusterProgram, findClusterProgram} from '../doctor/cluster-programs.ts'
import {imageName} from '../image/build-image.ts'
import {clusterCalls} from '../release/cluster-calls.ts'
import {helmPlace} from '../release/install-release.ts'
import type {ClusterPlace} from './cluster-place.ts'

/** CPUs and megabytes. */
export interface Machine {
  readonly cpus: number
  readonly memoryMegabytes: number
}

/** What is there already. */
export interface MinikubeFacts {
  /** Such as `docker 28.2.2, minikube 1.38.1, helm 3.20.2`. */
  readonly programs: string
  /** What a cluster may have: of the engine, or of this machine. */
  readonly machine: Machine | undefined
  readonly profile: 'none' | 'stopped' | 'running'
  /** Of a profile that runs. */
  readonly nodeAddress: string | undefined
  readonly release: {readonly state: RevisionState; readonly revision: number} | undefined
  /** The image is in the local engine. */
  readonly imageBuilt: boolean
}

const ANSWER_WITHIN_MS = 60_000

/**
 * Looks at this machine and at what of the cluster runs; changes nothing.
 * @throws CliError `program_missing`, `program_too_old` (exit 4), `docker_not_running`, `program_failed` (5)
 */
export async function lookAtMinikube(
  place: ClusterPlace,
  version: string,
  toolchain: Toolchain,
  signal: AbortSignal,
): Promise<MinikubeFacts> {
  const programs = await checkPrograms(toolchain)
  const run = async (program: string, args: readonly string[]): Promise<ProgramResult> =>
    await runProgram((await findOnPath(program, toolchain))!, args, {
      signal,
      timeoutMs: ANSWER_WITHIN_MS,
      env: {PATH: toolchain.searchPath},
    })
  const hasDocker = (await findOnPath(DOCKER, toolchain)) !== undefined
  const info = hasDocker ? await run(DOCKER, infoArgs()) : undefined
  if (info && info.exitCode !== 0) throw engineDown(info)
  const engine = info && parseEngine(info.stdout)
  const machine = engine && {cpus: engine.cpus, memoryMegabytes: Math.floor(engine.memory / 2 ** 20)}
  const profile = stateOf(await run(MINIKUBE, statusArgs(place.kubeContext)))
  const runs = profile === 'running'
  return {
    programs,
    machine,
    profile,
    nodeAddress: runs ? (await run(MINIKUBE, ipArgs(place.kubeContext))).stdout.trim() || undefined : undefined,
    release: runs ? await releaseOf(place, toolchain, signal) : undefined,
    imageBuilt: hasDocker && (await run(DOCKER, inspectArgs(imageName(version)))).exitCode === 0,
  }
}

async function checkPrograms(toolchain: Toolchain): Promise<string> {
  const names: string[] = []
  for (const program of ['engine', 'minikube', 'kubectl', 'helm'] as const) {
    const found = await findClusterProgram(program, toolchain, ANSWER_WITHIN_MS)
    const {state, found: what, next} = checkClusterProgram(found)
    if (state !== 'problem') {
      names.push(program === 'engine' ? what : `${found.name} ${found.version ?? ''}`.trim())
      continue
    }
    const code = found.path === null ? 'program_missing' : 'program_too_old'
    const text = found.path === null ? what : `${found.name} ${what}`
    throw new CliError(`${text.replace(/^there/u, 'There')}. Nothing was changed.`, {
      code,
      exit: EXIT.refused,
      hints: [...next, 'todo5 up host        the same stack as processes, without containers'],
    })
  }
  return names.join(', ')
}

const engineDown = ({stderr}: ProgramResult): CliError =>
  new CliError('Docker is installed and does not answer. Nothing was changed.', {
    code: 'docker_not_running',
    exit: EXIT.outsideProgram,
    excerpt: stderr
      .trim()
      .split('\n')
      .slice(-2)
      .map((line) => `  ${line}`),
    hints: [
      'sudo systemctl start docker && todo5 up minikube',
      'todo5 up host        the same stack as processes, without containers',
    ],
  })

function stateOf(result: ProgramResult): MinikubeFacts['profile'] {
  if (result.exitCode === NO_PROFILE) return 'none'
  if (result.stdout.trim() === '') {
    throw new CliError('minikube does not say what it runs. Nothing was changed.', {
      code: 'program_failed',
      exit: EXIT.outsideProgram,
      excerpt: result.stderr
        .trim()
        .split('\n')
        .slice(-4)
        .map((line) => `  ${line}`),
      hints: ['minikube profile list'],
    })
  }
  const {Host: host, APIServer: server} = parseStatus(result.stdout)
  // A creation that was interrupted has left a profile whose node is not there.
  if (host === 'Nonexistent') return 'none'
  return host === 'Running' && server === 'Running' ? 'running' : 'stopped'
}

async function releaseOf(
  place: ClusterPlace,
  toolchain: Toolchain,
  signal: AbortSignal,
): Promise<MinikubeFacts['release']> {
  const {exitCode, stdout} = await clusterCalls(toolchain).helm(releaseStatusArgs(helmPlace(place)), {
    signal,
    expected: ({stderr}) => isNoRelease(stderr),
  })
  if (exitCode !== 0) return undefined
  const {revision, status} = parseReleaseStatus(stdout)
  return {state: status, revision}
}

/** What a new cluster gets: what is wanted, or what is there. */
export function sizeOf(wanted: Machine, machine: Machine | undefined): Machine & {readonly said: string | undefined} {
  if (machine === undefined) return {...wanted, said: undefined}
  const cpus = Math.min(wanted.cpus, machine.cpus)
  const memoryMegabytes = Math.min(wanted.memoryMegabytes, machine.memoryMegabytes)
  const said = [
    ...(cpus < wanted.cpus ? [`${cpus} CPUs of ${wanted.cpus} wanted`] : []),
    ...(memoryMegabytes < wanted.memoryMegabytes
      ? [`${gigabytes(memoryMegabytes)} GB of ${gigabytes(wanted.memoryMegabytes)} wanted`]
      : []),
  ]
  return {cpus, memoryMegabytes, said: said.length === 0 ? undefined : `${said.join(', ')}, go on`}
}

const gigabytes = (megabytes: number): string => (megabytes / 1024).toFixed(1).replace('.0', '')

/** Dapr that the charts work with, by the image of its operator, such as ghcr.io/dapr/operator:1.18.3. */
export const isDaprNewEnough = (image: string): boolean => {
  const version = /:v?(\d+\.\d+\.\d+)/u.exec(image)?.[1]
  return version === undefined || isIn(version, {from: '1.18.0', before: '999'})
}
