/** The arguments of Helm for the charts of others that a cluster in a cloud needs. */
import {type HelmPlace, upgradeArgs, uninstallArgs, type WayBackFlag} from './helm.ts'

interface OutsideChart {
  readonly release: string
  readonly namespace: string
  readonly chart: string
  readonly repo: string
  readonly version: string
}

/** API external-secrets.io/v1. */
export const EXTERNAL_SECRETS_CHART: OutsideChart = {
  release: 'external-secrets',
  namespace: 'external-secrets',
  chart: 'external-secrets',
  repo: 'https://charts.external-secrets.io',
  version: '2.9.0',
}

/** API kafka.strimzi.io/v1. */
export const STRIMZI_CHART: OutsideChart = {
  release: 'strimzi',
  namespace: 'strimzi',
  chart: 'strimzi-kafka-operator',
  repo: 'https://strimzi.io/charts/',
  version: '1.2.0',
}

export interface OutsideValues {
  readonly set: readonly string[]
  readonly setString: readonly string[]
}

export const installOutsideArgs = (
  {repo, version, ...chart}: OutsideChart,
  kubeContext: string,
  {set, setString}: OutsideValues,
  timeoutSeconds: number,
  wayBack: WayBackFlag,
): string[] => [
  ...upgradeArgs({...chart, kubeContext, keepValues: false, files: [], set, setString, timeoutSeconds, historyMax: 10}),
  '--create-namespace',
  wayBack,
  `--repo=${repo}`,
  `--version=${version}`,
]

export const uninstallOutsideArgs = (
  {release, namespace}: OutsideChart,
  kubeContext: string,
  timeoutSeconds: number,
): string[] => uninstallArgs({release, namespace, kubeContext}, timeoutSeconds)

/** Renders one template of a chart, or all, here; asks no cluster. */
export const renderArgs = (
  {release, namespace}: Pick<HelmPlace, 'release' | 'namespace'>,
  chart: string,
  values: {readonly files: readonly string[]; readonly set: readonly string[]; readonly setString: readonly string[]},
  only?: string,
): string[] => [
  'template',
  release,
  chart,
  `--namespace=${namespace}`,
  ...(only === undefined ? [] : [`--show-only=${only}`]),
  ...values.files.map((file) => `--values=${file}`),
  ...values.setString.map((pair) => `--set-string=${pair}`),
  ...values.set.map((pair) => `--set=${pair}`),
]
