import {z} from 'zod'
import {type CertificateFacts, firstEndOf} from '../../supervisor/host/certificates.ts'
import {configMapArgs} from '../../tools/kubectl-release.ts'
import {
  deploymentsArgs,
  hasPods,
  livePodsArgs,
  nodesArgs,
  parseAllocatable,
  parseDeployments,
  parseRequested,
  parseServerVersion,
  rawArgs,
} from '../../tools/kubectl.ts'
import type {ProgramResult} from '../../tools/run-program.ts'
import type {SidecarFacts} from '../../supervisor/host/sidecar-facts.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import {type ClusterPlace, commandAt} from '../cluster/cluster-place.ts'
import type {ClusterTarget} from '../cluster/find-place.ts'
import {READERS} from '../consumer-lag.ts'
import {checkCertificates} from './certificates.ts'
import {type Check, judge, judgeAll, type Verdict, warning} from './check.ts'
import {checkCapacity, checkCluster, checkControlPlane} from './cluster.ts'
import {good} from './cluster-program-calls.ts'
import {clusterSidecars} from './cluster-sidecars.ts'
import {checkComponents} from './components.ts'
import {doctorInside} from './doctor-inside.ts'
import {clusterCommands} from './next-commands.ts'
import {checkScheduler} from './scheduler.ts'
import {checkSubscriptions} from './subscriptions.ts'

/** s that a cluster gets for one answer. */
const REQUEST_SECONDS = 5
const DAPR_NAMESPACE = 'dapr-system'

export interface ClusterRequest {
  readonly place: ClusterPlace & {readonly target: ClusterTarget}
  readonly toolchain: Toolchain
  /** Of this kubectl; null when it did not say. */
  readonly kubectlVersion: string | null
  /** What kubectl answers. */
  readonly run: (args: readonly string[]) => Promise<ProgramResult>
  /** Who looks; the pod that looks from inside says so. */
  readonly person: string
  /** ms since the epoch. */
  readonly clock: () => number
}

type Ask = (args: readonly string[]) => Promise<string>

/** A cluster, Dapr in it, and the todo5 in it with its stream and database. What does not answer cannot be asked more. */
export async function examineCluster(request: ClusterRequest): Promise<Check[]> {
  const {place, kubectlVersion, run} = request
  const {target: area, kubeContext} = place
  const hint =
    area === 'minikube'
      ? `minikube logs --profile ${kubeContext} --problems`
      : `kubectl --context ${kubeContext} cluster-info`
  const ask: Ask = async (args) => good(await run(args), 'the cluster', hint)
  let pods: string | undefined
  const cluster = await judge(async (): Promise<Verdict> => {
    await ask(rawArgs('/readyz', kubeContext, REQUEST_SECONDS))
    const version = parseServerVersion(await ask(rawArgs('/version', kubeContext, REQUEST_SECONDS)))
    pods = await ask(livePodsArgs(kubeContext, REQUEST_SECONDS))
    return checkCluster(version, kubectlVersion)
  })
  const first: Check = {area, check: 'cluster', ...cluster}
  if (pods === undefined) return [first]
  const live = pods
  const installed = hasPods(live, place.namespace)
  const around = await judgeAll(area, {
    dapr: async () => {
      const found = await ask(deploymentsArgs(DAPR_NAMESPACE, kubeContext, REQUEST_SECONDS))
      return checkControlPlane(parseDeployments(found), kubeContext)
    },
    ...(area === 'minikube' && {
      capacity: async () => {
        const allocatable = parseAllocatable(await ask(nodesArgs(kubeContext, REQUEST_SECONDS)))
        return checkCapacity(allocatable, parseRequested(live), {installed, profile: kubeContext})
      },
    }),
    ...(!installed && {todo5: () => notInstalled(place)}),
  })
  return [first, ...around, ...(installed ? await examineTodo5(request, ask) : [])]
}

const notInstalled = (place: ClusterPlace): Verdict =>
  warning(`there is no todo5 in the namespace ${place.namespace}`, {
    next: [`${commandAt(place, place.target === 'minikube' ? 'up' : 'deploy')}        installs it`],
  })

/** Its sidecars and certificates from outside, what only a pod there can reach from inside. */
async function examineTodo5(request: ClusterRequest, ask: Ask): Promise<Check[]> {
  const {place, run, clock} = request
  const {target: area, kubeContext} = place
  const commands = clusterCommands(place)
  let asked: Promise<SidecarFacts[]> | undefined
  const sidecars = async (): Promise<SidecarFacts[]> => await (asked ??= clusterSidecars(place, run, ask))
  const [outside, inside] = await Promise.all([
    judgeAll(area, {
      components: async () => checkComponents(await sidecars(), commands),
      subscriptions: async () => checkSubscriptions(await sidecars(), READERS, commands),
      scheduler: async () => checkScheduler(await sidecars(), commands),
      certificates: async () => {
        const bundle = await ask(configMapArgs(TRUST_BUNDLE, {namespace: DAPR_NAMESPACE, kubeContext}))
        return checkCertificates(trustIn(bundle), clock(), commands)
      },
    }),
    doctorInside({...request, area}),
  ])
  return [...outside, ...inside]
}

/** Sentry tells everybody in the cluster whom to trust. */
const TRUST_BUNDLE = 'dapr-trust-bundle'
const trustBundle = z.object({data: z.object({'ca.crt': z.string()})})

/** kubectl prints nothing when there is none. */
function trustIn(stdout: string): CertificateFacts {
  const pem = stdout.trim() === '' ? undefined : trustBundle.parse(JSON.parse(stdout)).data['ca.crt']
  return {
    folder: `${DAPR_NAMESPACE}/${TRUST_BUNDLE}`,
    authority: pem === undefined ? [] : [{name: 'the root certificate', endsAt: firstEndOf(pem)}],
    served: [],
  }
}
