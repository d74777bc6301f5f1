/** The arguments of kubectl with which a command runs in a pod of its own, and what it answers. */
import {z} from 'zod'

export interface KubectlPlace {
  readonly kubeContext: string
  readonly namespace: string
}

const inPlace = ({namespace, kubeContext}: KubectlPlace): string[] => [
  `--namespace=${namespace}`,
  `--context=${kubeContext}`,
]

/** s that a cluster gets for one answer. */
const REQUEST_SECONDS = 10

/** Templates, and pods made of them before, of which all have this label. */
export const templatesArgs = (place: KubectlPlace, selector: string): string[] => [
  'get',
  'podtemplates,pods',
  `--selector=${selector}`,
  '--output=json',
  ...inPlace(place),
  `--request-timeout=${REQUEST_SECONDS}s`,
]

/** The object is in the file. */
export const createArgs = (place: KubectlPlace, file: string): string[] => [
  'create',
  `--filename=${file}`,
  '--output=name',
  ...inPlace(place),
  `--request-timeout=${REQUEST_SECONDS}s`,
]

/** Until its containers run, at most so many s. */
export const waitReadyArgs = (place: KubectlPlace, pod: string, seconds: number): string[] => [
  'wait',
  '--for=condition=Ready',
  `pod/${pod}`,
  `--timeout=${seconds}s`,
  ...inPlace(place),
]

export const podArgs = (place: KubectlPlace, pod: string): string[] => [
  'get',
  'pods',
  pod,
  '--output=json',
  ...inPlace(place),
  `--request-timeout=${REQUEST_SECONDS}s`,
]

/** Whoever is not there any more is no fault; nobody waits until they have ended. */
export const deletePodsArgs = (place: KubectlPlace, pods: readonly string[]): string[] => [
  'delete',
  'pods',
  ...pods,
  '--ignore-not-found=true',
  '--wait=false',
  ...inPlace(place),
  `--request-timeout=${REQUEST_SECONDS}s`,
]

export interface Exec {
  readonly pod: string
  readonly container: string
  /** Whether standard input is passed on, and whether all three streams are one terminal. */
  readonly stdin: boolean
  readonly tty: boolean
  readonly words: readonly string[]
}

export const execArgs = (place: KubectlPlace, {pod, container, stdin, tty, words}: Exec): string[] => [
  'exec',
  pod,
  `--container=${container}`,
  `--stdin=${stdin}`,
  `--tty=${tty}`,
  ...inPlace(place),
  '--',
  ...words,
]

/** What kubectl itself says on stderr when the program in the pod ended so. */
const ENDED = /^command terminated with exit code (\d+)$/u

/** The exit code that this line tells of; undefined when it says something else. */
export const endedWith = (line: string): number | undefined => {
  const code = ENDED.exec(line)?.[1]
  return code === undefined ? undefined : Number(code)
}

/** How far such a line has to be known before it can be something else. */
export const mayTellEnd = (text: string): boolean => {
  const head = 'command terminated with exit code '
  return head.startsWith(text) || (text.startsWith(head) && /^\d*$/u.test(text.slice(head.length)))
}

const template = z.object({
  metadata: z.record(z.string(), z.unknown()).default({}),
  spec: z.looseObject({containers: z.array(z.looseObject({name: z.string()})).min(1)}),
})
const labels = z.record(z.string(), z.string()).default({})
const listed = z.object({
  items: z.array(
    z.discriminatedUnion('kind', [
      z.object({kind: z.literal('PodTemplate'), metadata: z.object({name: z.string(), labels}), template}),
      z.object({
        kind: z.literal('Pod'),
        metadata: z.object({name: z.string()}),
        status: z.object({phase: z.string().default('Unknown')}),
      }),
    ]),
  ),
})

export interface PodTemplate {
  readonly name: string
  /** Of the release; null when it does not say. */
  readonly version: string | null
  /** As it stands in the cluster. */
  readonly template: z.infer<typeof template>
}

/** Templates by name, and the pods that have ended. @throws ZodError, SyntaxError */
export function parseTemplates(stdout: string): {templates: PodTemplate[]; ended: string[]} {
  const {items} = listed.parse(JSON.parse(stdout))
  const templates: PodTemplate[] = []
  const ended: string[] = []
  for (const item of items) {
    if (item.kind === 'PodTemplate') {
      const {name, labels: own} = item.metadata
      templates.push({name, version: own['app.kubernetes.io/version'] ?? null, template: item.template})
    } else if (['Succeeded', 'Failed'].includes(item.status.phase)) ended.push(item.metadata.name)
  }
  return {templates, ended}
}

const waiting = z.object({reason: z.string().optional(), message: z.string().optional()}).optional()
const pod = z.object({
  status: z.object({
    phase: z.string().optional(),
    conditions: z.array(z.object({type: z.string(), status: z.string(), message: z.string().optional()})).default([]),
    containerStatuses: z.array(z.object({state: z.object({waiting}).optional()})).default([]),
  }),
})

/** Why a pod does not run yet, in Kubernetes' words. @throws ZodError, SyntaxError */
export function whyWaiting(stdout: string): string[] {
  const {phase, conditions, containerStatuses} = pod.parse(JSON.parse(stdout)).status
  const said = containerStatuses.flatMap(({state}) => {
    const {reason, message} = state?.waiting ?? {}
    return reason === undefined ? [] : [message === undefined ? reason : `${reason}: ${message}`]
  })
  const refused = conditions.flatMap(({status, message}) => (status === 'False' && message ? [message] : []))
  if (said.length > 0) return said
  return refused.length > 0 ? refused : [phase ?? 'Unknown']
}
