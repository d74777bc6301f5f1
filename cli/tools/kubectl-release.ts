/** The arguments of kubectl around a release: what todo5 notes of it, its pods, and the pod that asks the database. */
import {z} from 'zod'

interface Where {
  readonly namespace: string
  readonly kubeContext: string
}

const at = ({namespace, kubeContext}: Where, seconds: number): string[] => [
  `--namespace=${namespace}`,
  `--context=${kubeContext}`,
  `--request-timeout=${seconds}s`,
]

const REQUEST_SECONDS = 20

/** Prints nothing when there is none. */
export const configMapArgs = (name: string, where: Where): string[] => [
  'get',
  'configmap',
  name,
  '--ignore-not-found',
  '--output=json',
  ...at(where, REQUEST_SECONDS),
]

export const deleteConfigMapArgs = (name: string, where: Where): string[] => [
  'delete',
  'configmap',
  name,
  '--ignore-not-found',
  ...at(where, REQUEST_SECONDS),
]

/** Makes what is in the file, or brings it to that; whoever changed it before. */
export const applyFileArgs = (file: string, where: Where): string[] => [
  'apply',
  '--server-side',
  '--force-conflicts',
  '--field-manager=todo5',
  `--filename=${file}`,
  ...at(where, REQUEST_SECONDS),
]

export const releasePodsArgs = (where: Where): string[] => [
  'get',
  'pods',
  '--output=json',
  ...at(where, REQUEST_SECONDS),
]

export const podArgs = (name: string, where: Where): string[] => [
  'get',
  'pod',
  name,
  '--ignore-not-found',
  '--output=json',
  ...at(where, REQUEST_SECONDS),
]

/** The last lines of a pod; of a container that was started again, those of the one before. */
export const podLogArgs = (
  name: string,
  container: string,
  where: Where,
  {lines, previous}: {lines: number; previous: boolean},
): string[] => [
  'logs',
  name,
  `--container=${container}`,
  `--tail=${lines}`,
  ...(previous ? ['--previous'] : []),
  ...at(where, REQUEST_SECONDS),
]

/** Fine when there is none; does not wait until it is gone. */
export const deletePodArgs = (name: string, where: Where): string[] => [
  'delete',
  'pod',
  name,
  '--ignore-not-found',
  '--wait=false',
  ...at(where, REQUEST_SECONDS),
]

/** Takes away helm's own record of a revision. */
export const deleteRecordArgs = (release: string, revision: number, where: Where): string[] => [
  'delete',
  'secret',
  `sh.helm.release.v1.${release}.v${revision}`,
  '--ignore-not-found',
  ...at(where, REQUEST_SECONDS),
]

/** Waits until all deployments of a release are rolled out. */
export const releaseRolloutArgs = (release: string, where: Where, seconds: number): string[] => [
  'rollout',
  'status',
  'deployment',
  `--selector=app.kubernetes.io/instance=${release}`,
  `--timeout=${seconds}s`,
  ...at(where, 0),
]

export const rolloutArgs = (deployment: string, where: Where, seconds: number): string[] => [
  'rollout',
  'status',
  `deployment/${deployment}`,
  `--timeout=${seconds}s`,
  ...at(where, 0),
]

const configMap = z.object({data: z.record(z.string(), z.string()).default({})})

/** Its data; empty when there is none. @throws ZodError, SyntaxError */
export const parseConfigMap = (stdout: string): Readonly<Record<string, string>> =>
  stdout.trim() === '' ? {} : configMap.parse(JSON.parse(stdout)).data

const phase = z.object({status: z.object({phase: z.string()})})

/** Such as Succeeded; undefined when there is no such pod. @throws ZodError, SyntaxError */
export const parsePhase = (stdout: string): string | undefined =>
  stdout.trim() === '' ? undefined : phase.parse(JSON.parse(stdout)).status.phase
