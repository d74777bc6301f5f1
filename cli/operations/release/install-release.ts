import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {HELM, type HelmPlace, type HelmUpgrade, type HelmValues, upgradeArgs} from '../../tools/helm.ts'
import {type ClusterPlace, RELEASE} from '../cluster/cluster-place.ts'
import type {DaprTarget} from '../dapr-targets.ts'
import {helmValues} from '../helm-values.ts'
import type {Step} from '../program-steps.ts'
import {renderDapr} from '../render-dapr.ts'

/** What is to run, and how it is set. */
export interface ReleaseRequest {
  readonly place: ClusterPlace
  /** Folder of the chart todo5. */
  readonly chart: string
  /** Undefined: the image that the release has, or that of the chart's version. */
  readonly imageTag: string | undefined
  /** Whose Dapr resources go with it; `values` are those of `dapr render --set`. */
  readonly dapr: {readonly target: DaprTarget; readonly values: Readonly<Record<string, string>>}
  /** The user's own: files, and NAME=VALUE. */
  readonly values: readonly string[]
  readonly set: readonly string[]
  /** Also keep what the release was given before. */
  readonly keepValues: boolean
  /** s for each thing that helm waits for. */
  readonly timeoutSeconds: number
}

export const HELM_HINT = 'Helm: https://helm.sh/docs/intro/install'

/** Revisions that the cluster keeps. */
export const KEPT_REVISIONS = 10

export const helmPlace = ({namespace, kubeContext}: ClusterPlace): HelmPlace => ({
  release: RELEASE,
  namespace,
  kubeContext,
})

const daprFile = (folder: string): string => join(folder, 'dapr.yaml')

/** What helm is given: the rendered Dapr resources first, so that the user's own go before them. */
export const valuesOfRelease = ({imageTag, values, set}: ReleaseRequest, folder: string): HelmValues => ({
  files: [daprFile(folder), ...values],
  set,
  setString: imageTag === undefined ? [] : [`image.tag=${imageTag}`],
})

/** Writes the values that todo5 makes itself; no secret is among them. `folder` is there, and the caller's. */
export async function writeReleaseValues(request: ReleaseRequest, folder: string): Promise<void> {
  await writeFile(daprFile(folder), helmValues(await renderResources(request)), {mode: 0o600})
}

const renderResources = async ({dapr, place: {namespace}}: ReleaseRequest) =>
  await renderDapr({
    target: dapr.target,
    namespace,
    values: dapr.values,
  })

export const upgradeOf = (request: ReleaseRequest, folder: string): HelmUpgrade => ({
  ...helmPlace(request.place),
  ...valuesOfRelease(request, folder),
  chart: request.chart,
  keepValues: request.keepValues,
  timeoutSeconds: request.timeoutSeconds,
  historyMax: KEPT_REVISIONS,
})

/**
 * Installs charts/todo5, or brings it to what is asked for, and waits until it is ready. `folder` is for files of these
 * steps: there, empty, removed afterwards by the caller.
 */
export const installReleaseSteps = (request: ReleaseRequest, folder: string): Step[] => [
  {
    kind: 'own',
    text: `write the Dapr resources of ${request.dapr.target} to ${daprFile(folder)}`,
    work: async () => await writeReleaseValues(request, folder),
  },
  {kind: 'program', program: HELM, args: upgradeArgs(upgradeOf(request, folder)), hint: HELM_HINT},
]
