import {join} from 'node:path'
import {SERVICE_NAMES} from '../../../services/contracts/service-names.ts'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {needProgram} from '../../toolchain/outside-program.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import {HELM, parseWatched, upgradeArgs, valuesArgs} from '../../tools/helm.ts'
import {DAPR_NAMESPACE, type DaprChart, daprKindsArgs, installDaprArgs} from '../../tools/helm-dapr.ts'
import {KUBECTL} from '../../tools/kubectl.ts'
import {
  applyInputArgs,
  applyKindsArgs,
  createNamespaceArgs,
  namespaceArgs,
  parseSecrets,
  parseWorkloads,
  secretsArgs,
  workloadsArgs,
} from '../../tools/kubectl-cluster.ts'
import {rolloutArgs} from '../../tools/kubectl-release.ts'
import {hasImage, imageListArgs, MINIKUBE, type MinikubeStart, startAgainArgs, startArgs} from '../../tools/minikube.ts'
import {runProgram} from '../../tools/run-program.ts'
import {buildImage, imageName} from '../image/build-image.ts'
import {loadSteps, MINIKUBE_HINT} from '../image/load-image.ts'
import type {Step} from '../program-steps.ts'
import {type ClusterCalls, clusterCalls, KUBECTL_HINT} from '../release/cluster-calls.ts'
import {HELM_HINT, helmPlace, installReleaseSteps, KEPT_REVISIONS} from '../release/install-release.ts'
import {PLATFORM_RELEASE, RELEASE} from './cluster-place.ts'
import {controlPlaneReady} from './control-plane.ts'
import {isDaprNewEnough, type MinikubeFacts} from './minikube-facts.ts'
import {missingSecrets, SECRET_NAMES, secretsText} from './minikube-secrets.ts'
import {chartValuesOf, daprValuesOf, SPANS_URL} from './monitoring.ts'
import {type MonitoringPlan, monitoringStage} from './monitoring-stage.ts'
import {areReady, isDeployed, looks, noted, workloadsOf} from './stage-parts.ts'
import type {Stage} from './stages.ts'

/** The port of the node that leads to chat-api, as charts/todo5/minikube.yaml has it. */
export const NODE_PORT = 30_636

const MINUTE_MS = 60_000
const HELM_SECONDS = 600

export interface MinikubePlan extends MonitoringPlan {
  readonly facts: Pick<MinikubeFacts, 'profile' | 'imageBuilt'>
  /** How a profile that is not there is made. */
  readonly start: MinikubeStart
  readonly dapr: DaprChart
  readonly version: string
  /** The origin of the API. */
  readonly url: string
  /** The user's own: files, and NAME=VALUE, for the chart todo5. */
  readonly values: readonly string[]
  readonly set: readonly string[]
  /** For files of the steps: there, empty, removed afterwards by the caller. */
  readonly folder: string
  readonly toolchain: Toolchain
  /** Called before the thing is made, so that an interruption forgets nothing. */
  readonly noteCreated: (what: 'profile' | 'dapr' | 'namespace' | 'monitoring') => Promise<void>
}

export function clusterStage({place, facts, start, noteCreated}: MinikubePlan): Stage {
  const profile = place.kubeContext
  const again = facts.profile === 'stopped'
  return {
    name: 'cluster',
    title: again ? `start the profile ${profile}` : `make the profile ${profile}`,
    alreadyDone: async () => (facts.profile === 'running' ? `profile ${profile} runs` : undefined),
    steps: [
      ...(again
        ? []
        : [noted(`note that the profile ${profile} is of todo5`, async () => await noteCreated('profile'))]),
      {
        kind: 'program',
        program: MINIKUBE,
        args: again ? startAgainArgs(profile) : startArgs(start),
        hint: MINIKUBE_HINT,
      },
    ],
    limitMs: 15 * MINUTE_MS,
  }
}

/** All that comes into a cluster that runs. */
export const insideStages = (plan: MinikubePlan): Stage[] => {
  const calls = clusterCalls(plan.toolchain)
  return [
    imageStage(plan),
    daprStage(plan, calls),
    secretsStage(plan, calls),
    platformStage(plan, calls),
    monitoringStage(plan, calls),
    todo5Stage(plan, calls),
  ]
}

function imageStage({place, facts, root, version, toolchain}: MinikubePlan): Stage {
  const [image, profile] = [imageName(version), place.kubeContext]
  const request = {root, version, platform: undefined, tags: [], base: undefined}
  return {
    name: 'image',
    title: facts.imageBuilt ? `load ${image}` : `build ${image} and load it`,
    alreadyDone: async (signal) => {
      const minikube = await needProgram(MINIKUBE, toolchain, MINIKUBE_HINT)
      const env = {PATH: toolchain.searchPath}
      const {exitCode, stdout} = await runProgram(minikube, imageListArgs(profile), {signal, env, timeoutMs: MINUTE_MS})
      return exitCode === 0 && hasImage(stdout, image) ? `${image} is there` : undefined
    },
    steps: [
      ...(facts.imageBuilt
        ? []
        : [
            {
              kind: 'own' as const,
              text: 'todo5 image build',
              work: async (signal: AbortSignal) =>
                void (await buildImage(request, {toolchain, signal, onStep: () => undefined})),
            },
          ]),
      ...loadSteps(image, profile),
    ],
    limitMs: 30 * MINUTE_MS,
  }
}

function daprStage({place, dapr, toolchain, noteCreated}: MinikubePlan, calls: ClusterCalls): Stage {
  const {kubeContext} = place
  const where = {namespace: DAPR_NAMESPACE, kubeContext}
  return {
    name: 'dapr',
    title: `install Dapr ${dapr.version}`,
    alreadyDone: async (signal) => {
      const {stdout} = await calls.kubectl(workloadsArgs(where), {signal})
      const parts = parseWorkloads(stdout)
      const operator = parts.find(({name}) => name === 'dapr-operator')
      if (operator === undefined || !areReady(parts)) return undefined
      if (!isDaprNewEnough(operator.image)) throw oldDapr(operator.image)
      return `${parts.length} parts are ready (${operator.image.split(':').at(-1)})`
    },
    steps: [
      noted('note that Dapr is of todo5, unless it is there', async (signal) => {
        const {stdout} = await calls.kubectl(workloadsArgs(where), {signal})
        if (!parseWorkloads(stdout).some(({name}) => name === 'dapr-operator')) await noteCreated('dapr')
      }),
      piped({
        from: {program: HELM, args: daprKindsArgs(dapr)},
        to: {program: KUBECTL, args: applyKindsArgs(kubeContext)},
        toolchain,
      }),
      {kind: 'program', program: HELM, args: installDaprArgs(dapr, kubeContext, HELM_SECONDS), hint: HELM_HINT},
    ],
    limitMs: 15 * MINUTE_MS,
    ...looks(calls, where),
  }
}

function secretsStage({place, toolchain, noteCreated}: MinikubePlan, calls: ClusterCalls): Stage {
  const isThere = async (signal: AbortSignal): Promise<boolean> =>
    (await calls.kubectl(namespaceArgs(place), {signal})).stdout.trim() !== ''
  const missing = async (signal: AbortSignal) =>
    missingSecrets(parseSecrets((await calls.kubectl(secretsArgs(place), {signal})).stdout))
  return {
    name: 'secrets',
    title: `make the namespace ${place.namespace} and ${SECRET_NAMES.length} secrets`,
    alreadyDone: async (signal) =>
      (await isThere(signal)) && (await missing(signal)).size === 0
        ? `${SECRET_NAMES.length} secrets are there`
        : undefined,
    steps: [
      noted(`${KUBECTL} ${createNamespaceArgs(place).join(' ')}, unless it is there`, async (signal) => {
        if (await isThere(signal)) return
        await noteCreated('namespace')
        await calls.kubectl(createNamespaceArgs(place), {signal})
      }),
      noted(
        `make what is missing of the secrets ${SECRET_NAMES.join(', ')}, and give them to: ${KUBECTL} ${applyInputArgs(place).join(' ')}`,
        async (signal) => {
          const made = await missing(signal)
          if (made.size === 0) return
          await feed(KUBECTL, applyInputArgs(place), secretsText(made, place.namespace), toolchain, signal)
        },
      ),
    ],
    limitMs: 2 * MINUTE_MS,
  }
}

function platformStage({place, root, version}: MinikubePlan, calls: ClusterCalls): Stage {
  const helm = {...helmPlace(place), release: PLATFORM_RELEASE}
  return {
    name: 'platform',
    title: 'install PostgreSQL, Kafka and the mailbox',
    alreadyDone: async (signal) => {
      if (!(await isDeployed(calls, {...helm}, signal))) return undefined
      const parts = (await workloadsOf(calls, place, signal)).filter(({kind}) => kind === 'StatefulSet')
      return areReady(parts) ? parts.map(({name}) => name).join(', ') : undefined
    },
    steps: [
      {
        kind: 'program',
        program: HELM,
        args: upgradeArgs({
          ...helm,
          chart: join(root, 'charts', 'todo5-platform'),
          keepValues: false,
          files: [],
          set: [],
          setString: [`mailbox.image=${imageName(version)}`],
          timeoutSeconds: HELM_SECONDS,
          historyMax: KEPT_REVISIONS,
        }),
        hint: HELM_HINT,
      },
    ],
    limitMs: 12 * MINUTE_MS,
    ...looks(calls, place),
  }
}

function todo5Stage(plan: MinikubePlan, calls: ClusterCalls): Stage {
  const {place, root, version, url, values, set, folder, monitoring} = plan
  const chart = join(root, 'charts', 'todo5')
  const isWatched = async (signal: AbortSignal): Promise<boolean> => {
    const {endpoint, enabled} = parseWatched((await calls.helm(valuesArgs(helmPlace(place)), {signal})).stdout)
    // Spans that somebody brings elsewhere, and monitors for somebody's own operator, are left alone.
    if (endpoint !== '' && endpoint !== SPANS_URL) return true
    const monitors = monitoring === 'full' ? enabled : !(enabled && plan.monitoringBefore === 'full')
    return monitors && endpoint === daprValuesOf(monitoring)['zipkinEndpoint']
  }
  return {
    name: RELEASE,
    title: `migrate the database, make the topics, install todo5 ${version}`,
    alreadyDone: async (signal) => {
      if (!(await isDeployed(calls, helmPlace(place), signal)) || !(await isWatched(signal))) return undefined
      const parts = await workloadsOf(calls, place, signal)
      const services = parts.filter(({name}) => SERVICE_NAMES.some((service) => service === name))
      return services.length === SERVICE_NAMES.length && areReady(services) ? `5 services of ${version} run` : undefined
    },
    steps: installReleaseSteps(
      {
        place,
        chart,
        imageTag: version,
        dapr: {target: 'minikube', values: daprValuesOf(monitoring)},
        values: [join(chart, 'minikube.yaml'), ...values],
        set: [`publicUrl=${url}`, ...chartValuesOf(monitoring), ...set],
        keepValues: false,
        timeoutSeconds: HELM_SECONDS,
      },
      folder,
    ),
    limitMs: 25 * MINUTE_MS,
    ...looks(calls, place),
  }
}

type Work = (signal: AbortSignal) => Promise<void>

export interface MinikubeUse {
  readonly keepKey: Work
  /** Absent: this version was seen to work here before. */
  readonly use?: Work
  /** Absent as well then. */
  readonly noteGood?: Work
}

/** Kubernetes and Dapr say that it runs; and, unless this version was seen to work here before, it is used. */
export function verifyStage({place, version, toolchain}: MinikubePlan, {keepKey, use, noteGood}: MinikubeUse): Stage {
  const calls = clusterCalls(toolchain)
  return {
    name: 'verify',
    title: 'look whether it works',
    steps: [
      ...SERVICE_NAMES.map((name): Step => ({
        kind: 'program',
        program: KUBECTL,
        args: rolloutArgs(name, place, 120),
        hint: KUBECTL_HINT,
      })),
      noted("look whether Dapr's control plane is ready and mTLS is on", async (signal) => {
        await controlPlaneReady(calls, place.kubeContext, signal)
      }),
      noted('keep a key for the API', keepKey),
      ...(use === undefined
        ? []
        : [noted('add a task that repeats, wait for its reminder, complete it, see the next one, delete it', use)]),
      ...(noteGood === undefined
        ? []
        : [noted(`note in the cluster that this revision (${imageName(version)}) is good`, noteGood)]),
    ],
    limitMs: 10 * MINUTE_MS,
    ...looks(calls, place),
  }
}

interface Piped {
  readonly from: {readonly program: string; readonly args: readonly string[]}
  readonly to: {readonly program: string; readonly args: readonly string[]}
  readonly toolchain: Toolchain
}

const piped = ({from, to, toolchain}: Piped): Step =>
  noted(`${from.program} ${from.args.join(' ')} | ${to.program} ${to.args.join(' ')}`, async (signal) => {
    const path = await needProgram(from.program, toolchain, HELM_HINT)
    const env = {PATH: toolchain.searchPath}
    const read = await runProgram(path, from.args, {signal, env, timeoutMs: 5 * MINUTE_MS})
    if (read.exitCode !== 0) throw programFailed(from.program, from.args, read.stderr)
    await feed(to.program, to.args, read.stdout, toolchain, signal)
  })

/** Gives a program what it reads: in its arguments everybody on this machine would see it. */
async function feed(
  program: string,
  args: readonly string[],
  input: string,
  toolchain: Toolchain,
  signal: AbortSignal,
): Promise<void> {
  const path = await needProgram(program, toolchain, KUBECTL_HINT)
  const env = {PATH: toolchain.searchPath}
  const {exitCode, stderr} = await runProgram(path, args, {signal, env, input, timeoutMs: 2 * MINUTE_MS})
  if (exitCode !== 0) throw programFailed(program, args, stderr)
}

const programFailed = (program: string, args: readonly string[], stderr: string): CliError =>
  new CliError(`${program} ${args[0]} failed.`, {
    code: 'program_failed',
    exit: EXIT.outsideProgram,
    excerpt: stderr
      .trim()
      .split('\n')
      .slice(-4)
      .map((line) => `  ${line}`),
    hints: [`${program} ${args.join(' ')}`],
  })

const oldDapr = (image: string): CliError =>
  new CliError(`The cluster has ${image}, and todo5 needs Dapr 1.18 or newer.`, {
    code: 'dapr_too_old',
    exit: EXIT.refused,
    hints: [
      'https://docs.dapr.io/operations/hosting/kubernetes/kubernetes-upgrade        it is not of todo5, so todo5 leaves it alone',
      'todo5 up minikube --profile NAME        in a cluster of its own',
    ],
  })
