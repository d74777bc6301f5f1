/** The arguments of Helm for Dapr's own chart. */
import {type HelmPlace, uninstallArgs, upgradeArgs} from './helm.ts'

export const DAPR_NAMESPACE = 'dapr-system'

export interface DaprChart {
  /** A folder or a packed chart; undefined: of Dapr's repository. */
  readonly path: string | undefined
  /** Such as 1.18.5. */
  readonly version: string
}

const REPOSITORY = 'https://dapr.github.io/helm-charts/'

const sourceOf = ({path, version}: DaprChart): string[] =>
  path === undefined ? [`--repo=${REPOSITORY}`, `--version=${version}`] : []

const place = (kubeContext: string): HelmPlace => ({release: 'dapr', namespace: DAPR_NAMESPACE, kubeContext})

/** With its own values one of each part: for one machine. */
export const installDaprArgs = (
  chart: DaprChart,
  kubeContext: string,
  timeoutSeconds: number,
  files: readonly string[] = [],
): string[] => [
  ...upgradeArgs({
    ...place(kubeContext),
    chart: chart.path ?? 'dapr',
    keepValues: false,
    files,
    set: [],
    setString: [],
    timeoutSeconds,
    historyMax: 10,
  }),
  '--create-namespace',
  ...sourceOf(chart),
]

/** The kinds of objects that Dapr knows, as YAML; helm itself only ever installs them. */
export const daprKindsArgs = (chart: DaprChart): string[] => ['show', 'crds', chart.path ?? 'dapr', ...sourceOf(chart)]

export const uninstallDaprArgs = (kubeContext: string, timeoutSeconds: number): string[] =>
  uninstallArgs(place(kubeContext), timeoutSeconds)
