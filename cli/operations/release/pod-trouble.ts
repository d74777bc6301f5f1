import {z} from 'zod'
import {SERVICE_NAMES} from '../../../services/contracts/service-names.ts'

/** Its image cannot be had, its settings are wrong, it ends again and again; or it only takes its time, as far as can be seen. */
export type TroubleKind = 'image' | 'settings' | 'crash' | 'other'

/** Why a pod is not ready. */
export interface PodTrouble {
  readonly pod: string
  /** The service or job that it is of. */
  readonly of: string
  /** The release of helm that it is of, where its chart says so. */
  readonly release: string | undefined
  readonly kind: TroubleKind
  /** Of the container that is in trouble, where it is one. */
  readonly image: string | undefined
  /** One sentence without its full stop, such as `image todo5:1 not found (ImagePullBackOff)`. */
  readonly why: string
  /** It does not get better by waiting. */
  readonly lasting: boolean
  /** Where it said why, if it said anything. */
  readonly log: {readonly container: string; readonly previous: boolean} | undefined
}

const state = z
  .object({
    waiting: z.object({reason: z.string().default(''), message: z.string().default('')}).optional(),
    terminated: z.object({reason: z.string().default(''), exitCode: z.int()}).optional(),
  })
  .default({})
const containers = z
  .array(
    z.object({
      name: z.string(),
      image: z.string().default(''),
      ready: z.boolean().default(false),
      restartCount: z.int().default(0),
      state,
      lastState: state,
    }),
  )
  .default([])
const pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        labels: z.record(z.string(), z.string()).default({}),
        deletionTimestamp: z.string().optional(),
      }),
      spec: z.object({containers: z.array(z.object({name: z.string(), image: z.string()}))}),
      status: z.object({
        phase: z.string().default('Unknown'),
        containerStatuses: containers,
        initContainerStatuses: containers,
        conditions: z
          .array(z.object({type: z.string(), status: z.string(), message: z.string().default('')}))
          .default([]),
      }),
    }),
  ),
})
type Pod = z.infer<typeof pods>['items'][number]
type Container = Pod['status']['containerStatuses'][number]

/** Names of all pods. @throws ZodError, SyntaxError */
export const podNames = (stdout: string): string[] =>
  pods.parse(JSON.parse(stdout)).items.map(({metadata}) => metadata.name)

/** Names of the pods of services that have been asked to end and are still there. @throws ZodError, SyntaxError */
export const endingPods = (stdout: string): string[] =>
  pods
    .parse(JSON.parse(stdout))
    .items.filter(
      ({metadata: {deletionTimestamp, labels}}) =>
        deletionTimestamp !== undefined && SERVICE_NAMES.some((name) => name === labels['app.kubernetes.io/name']),
    )
    .map(({metadata}) => metadata.name)

/** What is wrong with the pods that are not among `known`, what lasts first. @throws ZodError, SyntaxError */
export const podTroubles = (stdout: string, known: ReadonlySet<string> = new Set()): PodTrouble[] =>
  pods
    .parse(JSON.parse(stdout))
    .items.filter(({metadata}) => metadata.deletionTimestamp === undefined && !known.has(metadata.name))
    .flatMap(troubleOf)
    .toSorted((a, b) => Number(b.lasting) - Number(a.lasting))

/** Names of the jobs whose pods are at work: for them to be ready is not enough. @throws ZodError, SyntaxError */
export const jobsAtWork = (stdout: string): string[] =>
  pods
    .parse(JSON.parse(stdout))
    .items.filter(({metadata, status}) => metadata.deletionTimestamp === undefined && status.phase === 'Running')
    .flatMap(({metadata: {labels}}) => labels['batch.kubernetes.io/job-name'] ?? [])

const IMAGE = new Set(['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName'])
const CONFIG = new Set(['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError'])

function troubleOf({metadata, spec, status}: Pod): PodTrouble[] {
  const {name: pod, labels} = metadata
  const of = labels['app.kubernetes.io/name'] ?? pod
  const release = labels['app.kubernetes.io/instance']
  const waits = {pod, of, release, kind: 'other' as const, image: undefined, lasting: false, log: undefined}
  if (status.phase === 'Succeeded') return []
  for (const one of [...status.initContainerStatuses, ...status.containerStatuses]) {
    const image = spec.containers.find(({name}) => name === one.name)?.image ?? one.image
    const trouble = containerTrouble(one, image)
    if (trouble) return [{...waits, image, ...trouble}]
  }
  const unscheduled = status.conditions.find(({type, status: is}) => type === 'PodScheduled' && is === 'False')
  if (unscheduled) return [{...waits, why: `no node has room for it: ${firstSentence(unscheduled.message)}`}]
  const slow = status.containerStatuses.find(({ready}) => !ready)
  const waiting = slow?.state.waiting?.reason
  if (waiting) return [{...waits, why: `it is being started (${waiting})`}]
  if (slow) return [{...waits, why: `${slow.name === of ? 'it' : slow.name} runs and is not ready`}]
  return []
}

type ContainerTrouble = Pick<PodTrouble, 'kind' | 'why' | 'lasting' | 'log'>

function containerTrouble(one: Container, image: string): ContainerTrouble | undefined {
  const {waiting, terminated} = one.state
  const reason = waiting?.reason ?? ''
  if (IMAGE.has(reason)) {
    // The first failure may be a registry that is slow.
    const why = `image ${image} not found (${reason})`
    return {kind: 'image', why, lasting: reason !== 'ErrImagePull', log: undefined}
  }
  if (CONFIG.has(reason)) {
    const why = `${firstSentence(waiting!.message)} (${reason})`
    return {kind: 'settings', why, lasting: true, log: undefined}
  }
  const ended = terminated ?? one.lastState.terminated
  if (reason === 'CrashLoopBackOff' && ended) {
    const why = `${endedAs(ended)}, ${times(one.restartCount + 1)} (CrashLoopBackOff)`
    return {kind: 'crash', why, lasting: one.restartCount >= 2, log: {container: one.name, previous: true}}
  }
  if (terminated && terminated.exitCode !== 0) {
    const log = {container: one.name, previous: false}
    return {kind: 'other', why: endedAs(terminated), lasting: false, log}
  }
  return undefined
}

const endedAs = ({reason, exitCode}: {reason: string; exitCode: number}): string =>
  reason === 'OOMKilled' ? 'used more memory than it may' : `ended with exit code ${exitCode}`

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)

const firstSentence = (text: string): string => text.split(/\.\s|\n/u)[0]!.replace(/\.$/u, '')

const level = z.union([z.string(), z.number()]).optional()
const line = z.union([
  z.looseObject({level, message: z.string(), error: z.looseObject({message: z.string()}).optional()}),
  // Of Dapr, Prometheus, and others that are written in Go.
  z
    .looseObject({level, msg: z.string(), err: z.string().optional()})
    .transform(({err, msg, ...one}) => ({...one, message: msg, ...(err !== undefined && {error: {message: err}})})),
])

/** The last complaint in a log of JSON lines, what was thrown, or its last line; undefined when nothing was said. */
export function lastWords(log: string): string | undefined {
  const lines = log.split('\n').filter((text) => text.trim() !== '')
  const read = lines.flatMap((text) => {
    const one = line.safeParse(parsed(text))
    return one.success ? [one.data] : []
  })
  const complaint = read.findLast(({level}) => /^(error|fatal)$/iu.test(String(level)) || Number(level) >= 50)
  // Of a program that fell over; the last line that Node prints then is its version.
  const thrown = lines.findLast((text) => /^\w*Error( \[\w+\])?: /u.test(text))
  const bad = complaint ?? (thrown === undefined ? read.at(-1) : undefined)
  if (bad === undefined) return (thrown ?? lines.at(-1))?.trim()
  return bad.error === undefined ? bad.message : `${bad.message}: ${bad.error.message.split('\n')[0]}`
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
