import type {Toolchain} from '../../toolchain/toolchain.ts'
import {type Check, judgeAll} from './check.ts'
import {ANSWER_WITHIN, callPrograms} from './cluster-program-calls.ts'
import {checkClusterProgram, findClusterProgram} from './cluster-programs.ts'
import {type ClusterRequest, examineCluster} from './examine-cluster.ts'

export interface CloudRequest extends Pick<ClusterRequest, 'place' | 'person' | 'clock'> {
  readonly toolchain: Toolchain
}

/** A cluster in a cloud: the programs for it, and what is in it. */
export async function examineCloud(request: CloudRequest): Promise<Check[]> {
  const {place, toolchain} = request
  const [kubectl, helm] = await Promise.all([
    findClusterProgram('kubectl', toolchain, ANSWER_WITHIN),
    findClusterProgram('helm', toolchain, ANSWER_WITHIN),
  ])
  const programs = await judgeAll(place.target, {
    kubectl: () => checkClusterProgram(kubectl),
    helm: () => checkClusterProgram(helm),
  })
  if (kubectl.path === null) return programs
  const call = callPrograms(toolchain, ANSWER_WITHIN)
  const run: ClusterRequest['run'] = async (args) => await call(kubectl, args)
  return [...programs, ...(await examineCluster({...request, kubectlVersion: kubectl.version, run}))]
}
