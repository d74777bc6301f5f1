import {infoArgs} from '../../tools/docker.ts'
import {contextNamesArgs, KUBECTL} from '../../tools/kubectl.ts'
import {NO_PROFILE, parseStatus, type ProfileStatus, statusArgs} from '../../tools/minikube.ts'
import {type ProgramResult, runProgram} from '../../tools/run-program.ts'
import {findOnPath} from '../../toolchain/search-path.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import type {ClusterPlace} from '../cluster/cluster-place.ts'
import {type Check, judge, judgeAll} from './check.ts'
import {checkProfile} from './cluster.ts'
import {ANSWER_WITHIN, callPrograms, good} from './cluster-program-calls.ts'
import {checkClusterProgram, findClusterProgram, type FoundClusterProgram} from './cluster-programs.ts'
import {type ClusterRequest, examineCluster} from './examine-cluster.ts'

export interface MinikubeRequest extends Pick<ClusterRequest, 'toolchain' | 'person' | 'clock'> {
  readonly place: ClusterPlace
  /** ms for one program; a test says otherwise. */
  readonly answerWithin?: number | undefined
}

/** Whether the kubeconfig has this cluster: then `doctor` looks at it without being asked. */
export async function hasCluster(toolchain: Toolchain, kubeContext: string): Promise<boolean> {
  const kubectl = await findOnPath(KUBECTL, toolchain)
  if (kubectl === undefined) return false
  const {stdout} = await runProgram(kubectl, contextNamesArgs(), {timeoutMs: ANSWER_WITHIN})
  return stdout.split('\n').includes(kubeContext)
}

/** Programs, engine, profile, and what is in the cluster. What does not run cannot be asked more. */
export async function examineMinikube(request: MinikubeRequest): Promise<Check[]> {
  const {toolchain, answerWithin = ANSWER_WITHIN} = request
  const place = {...request.place, target: 'minikube'} as const
  const find = async (program: FoundClusterProgram['program']) =>
    await findClusterProgram(program, toolchain, answerWithin)
  const [minikube, kubectl, helm, engine] = await Promise.all([
    find('minikube'),
    find('kubectl'),
    find('helm'),
    find('engine'),
  ])
  const run = callPrograms(toolchain, answerWithin)
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
    profile = profileOf(await run(minikube, statusArgs(place.kubeContext)))
    return checkProfile(profile, place.kubeContext)
  })
  const checks: Check[] = [...programs, {area: 'minikube', check: 'profile', ...verdict}]
  if (profile?.APIServer !== 'Running' || kubectl.path === null) return checks
  const inside = await examineCluster({
    ...request,
    place,
    kubectlVersion: kubectl.version,
    run: async (args) => await run(kubectl, args),
  })
  return [...checks, ...inside]
}

/** Ends with a bit for each part that does not run, and says all the same which. */
function profileOf(result: ProgramResult): ProfileStatus | undefined {
  if (result.exitCode === NO_PROFILE) return undefined
  if (result.stdout.trim() === '')
    good({...result, exitCode: result.exitCode || 1}, 'minikube', 'minikube profile list')
  return parseStatus(result.stdout)
}
