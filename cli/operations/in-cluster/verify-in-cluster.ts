import {randomBytes} from 'node:crypto'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {z} from 'zod'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {execArgs} from '../../tools/kubectl-cluster.ts'
import {
  deleteJobArgs,
  jobArgs,
  jobLogArgs,
  parseJobEnded,
  parseTemplate,
  podTemplateArgs,
  type VerifyTemplate,
} from '../../tools/kubectl-jobs.ts'
import {createFromArgs} from '../../tools/kubectl-secrets.ts'
import type {ClusterPlace} from '../cluster/cluster-place.ts'
import type {ClusterCalls} from '../release/cluster-calls.ts'
import type {Verification} from '../release/verify-release.ts'

/** What the Job may take, its image having to be fetched, ms. */
const ENDS_WITHIN_MS = 5 * 60_000
const POLL_MS = 1000
const KEY = ['node', '/app/bin/container.js', 'operator-key']

export interface InClusterUse {
  readonly calls: ClusterCalls
  readonly place: ClusterPlace
  /** The key of the operator that is made for this; the one before has ended. */
  readonly onKey: (key: string) => Promise<void>
  readonly onWarning?: (text: string) => void
}

/**
 * Uses todo5 from inside of the cluster: a Job of its own image, made of the chart's template `verify`, adds a task that
 * repeats, waits for its reminder, completes it, sees the next one and takes all away. Job and key are gone afterwards.
 */
export const verificationInCluster = (use: InClusterUse): Verification => ({
  title:
    'run the Job verify in the cluster: add a task that repeats, wait for its reminder, complete it, see the next one',
  run: async (signal) => {
    const {warnings} = await verifyInCluster(use, signal)
    for (const text of warnings) use.onWarning?.(text)
  },
})

const told = z.object({
  verified: z.array(z.string()),
  reminder_seconds: z.number(),
  next_seconds: z.number(),
  warnings: z.array(z.string()),
})
const failed = z.object({error: z.object({code: z.string(), message: z.string(), hints: z.array(z.string())})})

/** @throws CliError `verification_failed` (exit 5) with what did not happen, or why the Job could not run */
export async function verifyInCluster(
  {calls, place, onKey}: InClusterUse,
  signal: AbortSignal,
): Promise<z.infer<typeof told>> {
  const template = parseTemplate((await calls.kubectl(podTemplateArgs('verify', place), {signal})).stdout)
  if (template === undefined) throw notVerified('The todo5 there has no template for the Job verify: it is too old.')
  const key = (await calls.kubectl(execArgs('chat-api', KEY, place), {signal})).stdout.trim()
  await onKey(key)
  const name = `verify-${randomBytes(4).toString('hex')}`
  try {
    await make(calls, place, verifyJob(template, {name, key}), signal)
    const deadline = performance.now() + ENDS_WITHIN_MS
    while (!parseJobEnded((await calls.kubectl(jobArgs(name, place), {signal})).stdout)) {
      if (performance.now() > deadline) throw notVerified(`The Job ${name} did not end within 5 minutes.`)
      await delay(POLL_MS, undefined, {signal})
    }
    return answerIn((await calls.kubectl(jobLogArgs(name, place), {signal})).stdout)
  } finally {
    // Also when Ctrl-C ended it: nothing of it stays.
    await calls.kubectl(deleteJobArgs(name, place))
  }
}

/** The Job, and the Secret with its key, as one list. */
export function verifyJob(template: VerifyTemplate, {name, key}: {name: string; key: string}): object {
  const [container] = template.spec.containers
  const env = container!.env.map((one) =>
    one.name === 'TODO5_API_KEY' ? {name: one.name, valueFrom: {secretKeyRef: {name, key: 'key'}}} : one,
  )
  const labels = {'app.kubernetes.io/part-of': 'todo5', 'app.kubernetes.io/component': 'verify'}
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      {apiVersion: 'v1', kind: 'Secret', metadata: {name, labels}, stringData: {key}},
      {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: {name, labels},
        spec: {
          backoffLimit: 0,
          ttlSecondsAfterFinished: 600,
          template: {...template, spec: {...template.spec, containers: [{...container, env}]}},
        },
      },
    ],
  }
}

/** The Job is told by its log: one object, as every command prints it with --json. */
export function answerIn(log: string): z.infer<typeof told> {
  const text = log.slice(log.indexOf('{'))
  const answer = parsed(text)
  const good = told.safeParse(answer)
  if (good.success) return good.data
  const bad = failed.safeParse(answer)
  if (bad.success) throw notVerified(bad.data.error.message, bad.data.error.hints)
  const last = log.trim().split('\n').at(-1) ?? ''
  throw notVerified(last === '' ? 'The Job verify said nothing.' : `The Job verify failed: ${last}`)
}

async function make(calls: ClusterCalls, place: ClusterPlace, list: object, signal: AbortSignal): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'todo5-verify-'))
  try {
    const file = join(folder, 'job.json')
    await writeFile(file, JSON.stringify(list), {mode: 0o600})
    await calls.kubectl(createFromArgs(file, place), {signal})
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const notVerified = (message: string, hints: readonly string[] = []): CliError =>
  new CliError(message, {code: 'verification_failed', exit: EXIT.outsideProgram, hints})
