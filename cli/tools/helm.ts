/** The arguments of Helm that todo5 uses, and what it answers. */
import {z} from 'zod'

export const HELM = 'helm'

/** Prints v3.17.0 or v4.0.0, and asks no cluster. */
export const helmVersionArgs = (): string[] => ['version', '--template={{.Version}}']

/** By which an upgrade that fails goes back by itself: helm 4 calls it otherwise, and only warns of the older name until 5. */
export type WayBackFlag = '--atomic' | '--rollback-on-failure'

/** Of what `helmVersionArgs` printed; one that does not say its version is taken for the newest. */
export const wayBackFlag = (stdout: string): WayBackFlag =>
  Number(/\d+/u.exec(stdout)?.[0] ?? 4) < 4 ? '--atomic' : '--rollback-on-failure'

/** A release, and where it is. */
export interface HelmPlace {
  readonly release: string
  readonly namespace: string
  readonly kubeContext: string
}

export interface HelmValues {
  /** Files; a later one goes before the ones ahead of it. */
  readonly files: readonly string[]
  /** NAME=VALUE, in helm's own spelling; no secret, which other users of the machine would see. */
  readonly set: readonly string[]
  /** The same, whose values stay texts: 1.10 is no number. */
  readonly setString: readonly string[]
  /** NAME=FILE: what is in the file is the value. */
  readonly setFile?: readonly string[]
}

export interface HelmUpgrade extends HelmPlace, HelmValues {
  /** A folder or a packed chart. */
  readonly chart: string
  /** Keep what the release has been given before, on top of the values of the new chart. */
  readonly keepValues: boolean
  /** s for each thing that it waits for: hooks, then pods. */
  readonly timeoutSeconds: number
  /** Revisions that the cluster keeps. */
  readonly historyMax: number
}

const at = ({namespace, kubeContext}: HelmPlace): string[] => [
  `--namespace=${namespace}`,
  `--kube-context=${kubeContext}`,
]

const valueArgs = ({files, set, setString, setFile = []}: HelmValues): string[] => [
  ...files.map((file) => `--values=${file}`),
  ...setString.map((pair) => `--set-string=${pair}`),
  ...set.map((pair) => `--set=${pair}`),
  ...setFile.map((pair) => `--set-file=${pair}`),
]

/** Installs, or brings to what the chart is now, and waits until all of it is ready. */
export const upgradeArgs = (upgrade: HelmUpgrade): string[] => [
  'upgrade',
  '--install',
  upgrade.release,
  upgrade.chart,
  ...at(upgrade),
  ...(upgrade.keepValues ? ['--reset-then-reuse-values'] : []),
  ...valueArgs(upgrade),
  '--wait',
  `--timeout=${upgrade.timeoutSeconds}s`,
  `--history-max=${upgrade.historyMax}`,
]

/** What `upgradeArgs` would send, checked by the cluster and not kept by it; see `parseRehearsed`. */
export const rehearseUpgradeArgs = (upgrade: Omit<HelmUpgrade, 'timeoutSeconds' | 'historyMax'>): string[] => [
  'upgrade',
  '--install',
  upgrade.release,
  upgrade.chart,
  ...at(upgrade),
  ...(upgrade.keepValues ? ['--reset-then-reuse-values'] : []),
  ...valueArgs(upgrade),
  '--dry-run=server',
  '--output=json',
]

/** Makes a new revision that is as `revision` was, and waits until all of it is ready. */
export const rollbackArgs = (
  place: HelmPlace,
  revision: number,
  limits: Pick<HelmUpgrade, 'timeoutSeconds' | 'historyMax'>,
): string[] => [
  'rollback',
  place.release,
  String(revision),
  ...at(place),
  '--wait',
  `--timeout=${limits.timeoutSeconds}s`,
  `--history-max=${limits.historyMax}`,
]

export const historyArgs = (place: HelmPlace, most: number): string[] => [
  'history',
  place.release,
  ...at(place),
  `--max=${most}`,
  '--output=json',
]

export const releaseStatusArgs = (place: HelmPlace): string[] => [
  'status',
  place.release,
  ...at(place),
  '--output=json',
]

/** The objects that a revision consists of, as YAML; without a revision, the last one. */
export const manifestArgs = (place: HelmPlace, revision?: number): string[] => [
  'get',
  'manifest',
  place.release,
  ...at(place),
  ...revisionArgs(revision),
]

/** The jobs around a revision, as YAML. */
export const hooksArgs = (place: HelmPlace, revision?: number): string[] => [
  'get',
  'hooks',
  place.release,
  ...at(place),
  ...revisionArgs(revision),
]

/** What a revision was given, with the values of its chart. */
export const valuesArgs = (place: HelmPlace, revision?: number): string[] => [
  'get',
  'values',
  place.release,
  ...at(place),
  ...revisionArgs(revision),
  '--all',
  '--output=json',
]

const revisionArgs = (revision?: number): string[] => (revision === undefined ? [] : [`--revision=${revision}`])

/** Takes a release away, waits until it is gone; fine when there is none. */
export const uninstallArgs = (place: HelmPlace, timeoutSeconds: number): string[] => [
  'uninstall',
  place.release,
  ...at(place),
  '--ignore-not-found',
  '--wait',
  `--timeout=${timeoutSeconds}s`,
]

/** As helm sees a revision. `deployed`: the one that is; `superseded`: was deployed, and replaced. */
export const REVISION_STATES = [
  'unknown',
  'deployed',
  'uninstalled',
  'superseded',
  'failed',
  'uninstalling',
  'pending-install',
  'pending-upgrade',
  'pending-rollback',
] as const
export type RevisionState = (typeof REVISION_STATES)[number]

const revision = z.object({
  revision: z.int(),
  updated: z.string(),
  status: z.enum(REVISION_STATES),
  chart: z.string(),
  app_version: z.string().default(''),
  description: z.string().default(''),
})

export interface Revision {
  readonly revision: number
  /** ms since the epoch: when helm began with it. */
  readonly updatedAt: number
  readonly status: RevisionState
  /** Such as todo5-0.1.0. */
  readonly chart: string
  /** What helm says of it, such as `Rollback to 4`, or why it failed. */
  readonly description: string
}

/** What `historyArgs` printed, the oldest first. @throws ZodError, SyntaxError */
export const parseHistory = (stdout: string): Revision[] =>
  z
    .array(revision)
    .parse(JSON.parse(stdout))
    .map(({revision: number, updated, status, chart, description}) => ({
      revision: number,
      updatedAt: Date.parse(updated),
      status,
      chart,
      description,
    }))
    .toSorted((a, b) => a.revision - b.revision)

/** Whether that is what helm says of a release that is not there. */
export const isNoRelease = (stderr: string): boolean => /release: not found/u.test(stderr)

const status = z.object({
  version: z.int(),
  info: z.object({status: z.enum(REVISION_STATES), last_deployed: z.string(), description: z.string().default('')}),
})

/** What `releaseStatusArgs` printed. @throws ZodError, SyntaxError */
export function parseReleaseStatus(stdout: string): Omit<Revision, 'chart'> {
  const {version, info} = status.parse(JSON.parse(stdout))
  return {
    revision: version,
    updatedAt: Date.parse(info.last_deployed),
    status: info.status,
    description: info.description,
  }
}

/** The manifest in what `rehearseUpgradeArgs` printed. @throws ZodError, SyntaxError */
export const parseRehearsed = (stdout: string): string =>
  z.object({manifest: z.string()}).parse(JSON.parse(stdout)).manifest

const values = z.object({
  image: z.object({repository: z.string(), tag: z.string().default(''), digest: z.string().default('')}),
})

const watched = z.object({
  tracing: z.object({zipkinEndpoint: z.string()}).optional(),
  monitoring: z.object({enabled: z.boolean()}).optional(),
})

/** Where a revision of todo5 brings its spans, and whether its monitors are there, of what `valuesArgs` printed. */
export function parseWatched(stdout: string): {readonly endpoint: string; readonly enabled: boolean} {
  const {tracing, monitoring} = watched.parse(JSON.parse(stdout))
  return {endpoint: tracing?.zipkinEndpoint ?? '', enabled: monitoring?.enabled ?? false}
}

/** Which image a revision runs, of what `valuesArgs` printed; `chartVersion` is the tag of a release that names none. */
export function parseImage(stdout: string, chartVersion: string): string {
  const {repository, tag, digest} = values.parse(JSON.parse(stdout)).image
  return digest === '' ? `${repository}:${tag === '' ? chartVersion : tag}` : `${repository}@${digest}`
}
