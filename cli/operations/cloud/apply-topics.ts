import {randomUUID} from 'node:crypto'
import {rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {parseAllDocuments} from 'yaml'
import {z} from 'zod'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {renderArgs} from '../../tools/helm-cloud.ts'
import {applyFileArgs, deletePodArgs, parsePhase, podArgs, podLogArgs} from '../../tools/kubectl-release.ts'
import {type ClusterPlace, RELEASE} from '../cluster/cluster-place.ts'
import type {ClusterCalls} from '../release/cluster-calls.ts'
import type {CloudPlace} from './cloud-place.ts'

/** How the chart todo5 is rendered. */
export interface ChartValues {
  readonly files: readonly string[]
  readonly set: readonly string[]
  readonly setString: readonly string[]
}

export interface TopicsRequest {
  readonly calls: ClusterCalls
  readonly place: ClusterPlace
  /** Folder of the chart todo5. */
  readonly chart: string
  readonly values: () => Promise<ChartValues>
  readonly folder: string
}

/** What the pod may take, its image having to be fetched, ms. */
const DONE_WITHIN_MS = 5 * 60_000
const POLL_MS = 1000
const TEMPLATE = 'operate-stream'

const command = (target: string): string[] => ['topic', 'apply', '--target', target, '--json']

export const topicsText = ({target}: Pick<CloudPlace, 'target'>): string =>
  `run todo5 ${command(target).join(' ')} in a pod made of the chart's ${TEMPLATE}`

const template = z.object({
  kind: z.literal('PodTemplate'),
  metadata: z.object({name: z.literal(TEMPLATE)}),
  template: z.object({
    metadata: z.looseObject({}),
    spec: z.looseObject({containers: z.array(z.looseObject({})).length(1)}),
  }),
})

/** The pod that makes the topics, of what helm has rendered; undefined when that has no template for it. */
export function topicsPod(rendered: string, {target, namespace}: ClusterPlace, name: string): object | undefined {
  for (const document of parseAllDocuments(rendered)) {
    if (!('toJS' in document)) continue
    const found = template.safeParse(document.toJS())
    if (!found.success) continue
    const {metadata, spec} = found.data.template
    const [container] = spec.containers
    const {command: _, ...kept} = container!
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {...metadata, name, namespace},
      spec: {
        ...spec,
        activeDeadlineSeconds: DONE_WITHIN_MS / 1000,
        containers: [{...kept, name: 'topics', args: ['cli', ...command(target)]}],
      },
    }
  }
  return undefined
}

/**
 * Makes the topics from inside the cluster, with the Secret `kafka` there, before todo5 itself is installed: no password
 * leaves the cluster, and nobody but the cluster has to reach the brokers.
 * @throws CliError `topics_failed` (exit 5) with the last words of the pod
 */
export async function applyTopics(request: TopicsRequest, signal: AbortSignal): Promise<void> {
  const {calls, place, chart, folder} = request
  const values = await request.values()
  const render = renderArgs({release: RELEASE, namespace: place.namespace}, chart, values, 'templates/operate.yaml')
  const name = `topics-${randomUUID().slice(0, 8)}`
  const pod = topicsPod((await calls.helm(render, {signal})).stdout, place, name)
  if (pod === undefined) throw new Error(`charts/todo5 has no ${TEMPLATE}`)
  const file = join(folder, 'topics.json')
  await writeFile(file, JSON.stringify(pod), {mode: 0o600})
  try {
    await calls.kubectl(applyFileArgs(file, place), {signal})
    const deadline = performance.now() + DONE_WITHIN_MS
    let phase: string | undefined = 'Pending'
    while ((phase === 'Pending' || phase === 'Running') && performance.now() < deadline) {
      phase = parsePhase((await calls.kubectl(podArgs(name, place), {signal})).stdout)
      if (phase === 'Pending' || phase === 'Running') await delay(POLL_MS, undefined, {signal})
    }
    if (phase === 'Succeeded') return
    const log = podLogArgs(name, 'topics', place, {lines: 20, previous: false})
    const {exitCode, stdout} = await calls.kubectl(log, {signal, expected: () => true})
    throw topicsFailed(place, phase, exitCode === 0 ? stdout : '')
  } finally {
    await rm(file, {force: true})
    await calls.kubectl(deletePodArgs(name, place))
  }
}

const said = z.object({error: z.object({message: z.string()})})

function topicsFailed({target}: ClusterPlace, phase: string | undefined, log: string): CliError {
  const known = said.safeParse(parsed(log))
  const why = known.success
    ? known.data.error.message.replace(/\.$/u, '')
    : `the pod is ${phase ?? 'gone'} after ${DONE_WITHIN_MS / 1000} s at most`
  return new CliError(`The topics could not be made: ${why}.`, {
    code: 'topics_failed',
    exit: EXIT.outsideProgram,
    excerpt: known.success
      ? []
      : log
          .trim()
          .split('\n')
          .filter(Boolean)
          .slice(-4)
          .map((line) => `  ${line}`),
    hints: [
      'kafka.brokers and kafka.sasl.mechanism of the chart, and the Secret kafka of the vault, say where Kafka is',
      `todo5 deploy ${target} --kafka strimzi        has Kafka in the cluster instead`,
    ],
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
