import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {harmlessLine} from '../../harmless-text.ts'
import {infoArgs} from '../../tools/docker.ts'
import {
  contextNamesArgs,
  deploymentsArgs,
  hasPods,
  KUBECTL,
  livePodsArgs,
  nodesArgs,
  parseAllocatable,
  parseDeployments,
  parseRequested,
  parseServerVersion,
  rawArgs,
} from '../../tools/kubectl.ts'
import {NO_PROFILE, parseStatus, type ProfileStatus, statusArgs} from '../../tools/minikube.ts'
import {type ProgramResult, runProgram} from '../../tools/run-program.ts'
import {findOnPath} from '../../toolchain/search-path.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import {type Check, judge, judgeAll, type Verdict} from './check.ts'
import {checkCapacity, checkCluster, checkControlPlane, checkProfile, PROFILE} from './cluster.ts'
import {checkClusterProgram, findClusterProgram, type FoundClusterProgram} from './cluster-programs.ts'

/** Where docs/kubernetes.md installs it. */
const NAMESPACE = 'todo5'
/** s that a cluster gets for one answer. */
const REQUEST_SECONDS = 5
/** ms that a program gets in all; Minikube asks its machine, and a busy one takes its time. */
const ANSWER_WITHIN = 20_000

export interface MinikubeRequest {
  readonly toolchain: Toolchain
  /** ms for one program; a test says otherwise. */
  readonly answerWithin?: number | undefined
}

/** Whether the kubeconfig has a cluster of todo5: then `doctor` looks at it without being asked. */
export async function hasCluster(toolchain: Toolchain): Promise<boolean> {
  const kubectl = await findOnPath(KUBECTL, toolchain)
  if (kubectl === undefined) return false
  const {stdout} = await runProgram(kubectl, contextNamesArgs(), {timeoutMs: ANSWER_WITHIN})
  return stdout.split('\n').includes(PROFILE)
}

/** Programs, engine, profile, and what is in the cluster. What does not run cannot be asked more. */
export async function examineMinikube({toolchain, answerWithin = ANSWER_WITHIN}: MinikubeRequest): Promise<Check[]> {
  const find = async (program: FoundClusterProgram['program']) =>
    await findClusterProgram(program, toolchain, answerWithin)
  const [minikube, kubectl, helm, engine] = await Promise.all([
    find('minikube'),
    find('kubectl'),
    find('helm'),
    find('engine'),
  ])
  const run = async ({path, name}: FoundClusterProgram, args: readonly string[]): Promise<ProgramResult> => {
    const result = await runProgram(path!, args, {timeoutMs: answerWithin, env: {PATH: toolchain.searchPath}})
    if (result.exitCode === undefined) throw silent(name, args)
    return result
  }
  const programs = await judgeAll('minikube', {
    minikube: () => checkClusterProgram(minikube),
    kubectl: () => checkClusterProgram(kubectl),
    helm: () => checkClusterProgram(helm),
    engine: async () => {
      const found = checkClusterProgram(engine)
      if (engine.path !== null)
        good(await run(engine, infoArgs()), engine.name, 'start it, such as: sudo systemctl start docker')
      return found
    },
  })
  if (minikube.path === null) return programs
  let profile: ProfileStatus | undefined
  const verdict = await judge(async () => {
    profile = profileOf(await run(minikube, statusArgs(PROFILE)))
    return checkProfile(profile)
  })
  const checks: Check[] = [...programs, {area: 'minikube', check: 'profile', ...verdict}]
  if (profile?.APIServer !== 'Running' || kubectl.path === null) return checks
  return [...checks, ...(await examineCluster(kubectl, async (args) => await run(kubectl, args)))]
}

async function examineCluster(
  kubectl: FoundClusterProgram,
  run: (args: readonly string[]) => Promise<ProgramResult>,
): Promise<Check[]> {
  const ask = async (args: readonly string[]): Promise<string> =>
    good(await run(args), 'the cluster', `minikube logs --profile ${PROFILE} --problems`)
  let ready = false
  const cluster = await judge(async (): Promise<Verdict> => {
    await ask(rawArgs('/readyz', PROFILE, REQUEST_SECONDS))
    ready = true
    return checkCluster(parseServerVersion(await ask(rawArgs('/version', PROFILE, REQUEST_SECONDS))), kubectl.version)
  })
  const checks: Check[] = [{area: 'minikube', check: 'cluster', ...cluster}]
  if (!ready) return checks
  const more = await judgeAll('minikube', {
    dapr: async () =>
      checkControlPlane(parseDeployments(await ask(deploymentsArgs('dapr-system', PROFILE, REQUEST_SECONDS)))),
    capacity: async () => {
      const [nodes, pods] = await Promise.all([
        ask(nodesArgs(PROFILE, REQUEST_SECONDS)),
        ask(livePodsArgs(PROFILE, REQUEST_SECONDS)),
      ])
      return checkCapacity(parseAllocatable(nodes), parseRequested(pods), hasPods(pods, NAMESPACE))
    },
  })
  return [...checks, ...more]
}

/** Ends with a bit for each part that does not run, and says all the same which. */
function profileOf(result: ProgramResult): ProfileStatus | undefined {
  if (result.exitCode === NO_PROFILE) return undefined
  if (result.stdout.trim() === '')
    good({...result, exitCode: result.exitCode || 1}, 'minikube', 'minikube profile list')
  return parseStatus(result.stdout)
}

/** What it printed. @throws CliError `program_failed` with its last line */
function good({exitCode, stdout, stderr}: ProgramResult, name: string, hint: string): string {
  if (exitCode === 0) return stdout
  const said = harmlessLine(stderr.trim().split('\n').at(-1) ?? '')
  throw new CliError(`${name} does not answer${said === '' ? '' : `: ${said}`}`, {
    code: 'program_failed',
    exit: EXIT.outsideProgram,
    hints: [hint],
  })
}

const silent = (name: string, args: readonly string[]): CliError =>
  new CliError(`${name} does not answer in time`, {
    code: 'program_failed',
    exit: EXIT.outsideProgram,
    hints: [`${name} ${args.join(' ')}        asks it again`],
  })
