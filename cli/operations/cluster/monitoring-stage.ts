import {join} from 'node:path'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {HELM, type HelmValues, uninstallArgs, upgradeArgs} from '../../tools/helm.ts'
import {KUBECTL} from '../../tools/kubectl.ts'
import {deleteNamespaceArgs, namespaceArgs} from '../../tools/kubectl-cluster.ts'
import type {Step} from '../program-steps.ts'
import {type ClusterCalls, KUBECTL_HINT} from '../release/cluster-calls.ts'
import {HELM_HINT, KEPT_REVISIONS} from '../release/install-release.ts'
import type {ClusterPlace} from './cluster-place.ts'
import {
  type Monitoring,
  MONITORING_NAMESPACE,
  MONITORING_RELEASE,
  releasesOf,
  STACK_CHART,
  STACK_RELEASE,
} from './monitoring.ts'
import {areReady, isDeployed, looks, noted, workloadsOf} from './stage-parts.ts'
import type {Stage} from './stages.ts'

const MINUTE_MS = 60_000
const HELM_SECONDS = 600
const UNINSTALL_SECONDS = 300

const TITLES: Readonly<Record<Monitoring, string>> = {
  full: 'install kube-prometheus-stack and Zipkin',
  basic: 'install a small Prometheus and Zipkin',
  none: 'leave out what would watch it',
}

export interface MonitoringPlan {
  readonly place: ClusterPlace
  /** Folder of package.json. */
  readonly root: string
  readonly monitoring: Monitoring
  /** What watches it already, or is half there; null: nobody has come so far. */
  readonly monitoringBefore: Monitoring | null
  /** Called before the namespace is made, so that an interruption forgets nothing. */
  readonly noteCreated: (what: 'monitoring') => Promise<void>
  /** Called before anything of it is installed. */
  readonly noteMonitoring: (monitoring: Monitoring) => Promise<void>
}

/** In a namespace of its own, which is todo5's. It is there before todo5, whose spans and monitors are for it. */
export function monitoringStage(plan: MonitoringPlan, calls: ClusterCalls): Stage {
  const {place, monitoring, monitoringBefore: before, noteCreated, noteMonitoring} = plan
  const where = {namespace: MONITORING_NAMESPACE, kubeContext: place.kubeContext}
  const wanted = releasesOf(monitoring)
  const tooMany = releasesOf(before ?? 'none').filter((release) => !wanted.includes(release))
  return {
    name: 'monitoring',
    title: TITLES[monitoring],
    alreadyDone: async (signal) => {
      if (before !== monitoring) return undefined
      if (monitoring === 'none') return 'none is wanted'
      for (const release of wanted) if (!(await isDeployed(calls, {...where, release}, signal))) return undefined
      const parts = await workloadsOf(calls, where, signal)
      return areReady(parts) ? parts.map(({name}) => name).join(', ') : undefined
    },
    steps: [
      ...removalSteps(tooMany, monitoring === 'none', place),
      noted(`note that todo5 is watched: ${monitoring}`, async (signal) => {
        if (monitoring !== 'none' && (before === null || before === 'none')) {
          const {stdout} = await calls.kubectl(namespaceArgs(where), {signal})
          if (stdout.trim() !== '') throw taken()
          await noteCreated('monitoring')
        }
        await noteMonitoring(monitoring)
      }),
      ...(monitoring === 'full' ? [stackStep(plan)] : []),
      ...(monitoring === 'none' ? [] : [ownStep(plan)]),
    ],
    limitMs: (monitoring === 'full' ? 25 : 12) * MINUTE_MS,
    ...looks(calls, where),
    ...(monitoring !== 'none' && {
      hints: ['todo5 up minikube --monitoring none        goes on without it, as where its images cannot be had'],
    }),
  }
}

/** Takes releases of it away, and in the end its namespace. */
export const removalSteps = (
  releases: readonly string[],
  withNamespace: boolean,
  {kubeContext}: Pick<ClusterPlace, 'kubeContext'>,
): Step[] => [
  ...releases.map((release): Step => ({
    kind: 'program',
    program: HELM,
    args: uninstallArgs({release, namespace: MONITORING_NAMESPACE, kubeContext}, UNINSTALL_SECONDS),
    hint: HELM_HINT,
  })),
  ...(releases.length > 0 && withNamespace
    ? [
        {
          kind: 'program' as const,
          program: KUBECTL,
          args: deleteNamespaceArgs(MONITORING_NAMESPACE, kubeContext),
          hint: KUBECTL_HINT,
        },
      ]
    : []),
]

/** Prometheus with todo5's rules, and Zipkin; beside the whole stack Zipkin alone. */
function ownStep({place, root, monitoring}: MonitoringPlan): Step {
  const {kubeContext, namespace} = place
  const prometheus = monitoring === 'basic'
  const charts = join(root, 'charts')
  return installStep(MONITORING_RELEASE, join(charts, 'todo5-platform'), kubeContext, {
    files: [],
    setString: [],
    set: [
      ...['postgresql', 'kafka', 'mailbox'].map((part) => `${part}.enabled=false`),
      'zipkin.enabled=true',
      `zipkin.namespaces={${namespace}}`,
      ...(prometheus ? ['prometheus.enabled=true', `prometheus.namespaces={${namespace},dapr-system}`] : []),
    ],
    setFile: prometheus ? [`prometheus.rules=${join(charts, 'todo5', 'files', 'prometheus', 'alerts.yaml')}`] : [],
  })
}

const stackStep = ({place, root}: MonitoringPlan): Step =>
  installStep(
    STACK_RELEASE,
    STACK_CHART.name,
    place.kubeContext,
    {files: [join(root, 'charts', 'kube-prometheus-stack.yaml')], set: [], setString: []},
    [`--repo=${STACK_CHART.repository}`, `--version=${STACK_CHART.version}`],
  )

const installStep = (
  release: string,
  chart: string,
  kubeContext: string,
  values: HelmValues,
  source: readonly string[] = [],
): Step => ({
  kind: 'program',
  program: HELM,
  args: [
    ...upgradeArgs({
      release,
      namespace: MONITORING_NAMESPACE,
      kubeContext,
      chart,
      keepValues: false,
      ...values,
      timeoutSeconds: HELM_SECONDS,
      historyMax: KEPT_REVISIONS,
    }),
    '--create-namespace',
    ...source,
  ],
  hint: HELM_HINT,
})

const taken = (): CliError =>
  new CliError(`The namespace ${MONITORING_NAMESPACE} is there already, and is not of this todo5.`, {
    code: 'namespace_taken',
    exit: EXIT.refused,
  })
