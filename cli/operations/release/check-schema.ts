import {randomUUID} from 'node:crypto'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {parseAllDocuments} from 'yaml'
import {z} from 'zod'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {hooksArgs} from '../../tools/helm.ts'
import {applyFileArgs, deletePodArgs, parsePhase, podArgs, podLogArgs} from '../../tools/kubectl-release.ts'
import {type ClusterPlace, commandAt} from '../cluster/cluster-place.ts'
import type {ClusterCalls} from './cluster-calls.ts'
import {helmPlace} from './install-release.ts'
import {lastWords} from './pod-trouble.ts'

/** What the pod may take, its image being on a node already, ms. */
const ANSWER_WITHIN_MS = 60_000
const POLL_MS = 1000

const migrateJob = z.object({
  kind: z.literal('Job'),
  metadata: z.object({name: z.literal('migrate')}),
  spec: z.object({
    template: z.object({
      metadata: z.looseObject({labels: z.record(z.string(), z.string()).default({})}),
      spec: z.looseObject({
        containers: z
          .array(
            z.looseObject({
              name: z.string(),
              env: z.array(z.looseObject({name: z.string(), valueFrom: z.unknown().optional()})),
            }),
          )
          .length(1),
      }),
    }),
  }),
})

/** What `todo5 db status --json` says of it. */
const status = z.object({
  todo5_version: z.string(),
  conflict: z
    .object({
      kind: z.enum(['schema_too_old', 'schema_too_new']),
      migration: z.string(),
      needs_version: z.string().nullable(),
      back_to: z.string().nullable(),
    })
    .nullable(),
})

/**
 * Lets the image of a revision look whether it works with the schema of the database as it is now: each image knows its own
 * migrations, and each migration the oldest version that works with it. Runs as a pod of the revision's migration job, with
 * its Secret and its rights, which only reads.
 * @throws CliError `schema_incompatible` (exit 4), with what would have to be done; `schema_unknown` (5) when it cannot be told
 */
export async function checkSchema(
  calls: ClusterCalls,
  place: ClusterPlace,
  revision: number,
  signal: AbortSignal,
): Promise<void> {
  const {stdout} = await calls.helm(hooksArgs(helmPlace(place), revision), {signal})
  const pod = checkPod(stdout, place, `schema-check-${randomUUID().slice(0, 8)}`)
  if (pod === undefined) throw unknown(place, revision, 'it has no migration to take the way to the database from')
  const said = await runPod(calls, place, pod, signal)
  const answer = status.safeParse(parsed(said))
  if (!answer.success)
    throw unknown(place, revision, lastWords(said) ?? `its image did not answer within ${ANSWER_WITHIN_MS / 1000} s`)
  const {todo5_version: version, conflict} = answer.data
  if (conflict === null) return
  const {kind, migration, needs_version: needs, back_to: backTo} = conflict
  if (kind === 'schema_too_old') {
    throw incompatible(
      `Revision ${revision} (todo5 ${version}) needs migration ${migration}, which the database lacks.`,
      ['todo5 db migrate --database-url URL        applies it'],
    )
  }
  throw incompatible(
    `Revision ${revision} is todo5 ${version}, and the database is at migration ${migration}, which needs ${needs}.`,
    [
      `todo5 db rollback --to ${backTo} --database-url URL        takes it back, by todo5 ${needs}; stop its services first`,
      `${commandAt(place, 'deploy', ' --image-tag TAG')}        goes forth instead: a version from ${needs} on`,
    ],
  )
}

const incompatible = (message: string, hints: readonly string[]): CliError =>
  new CliError(message, {code: 'schema_incompatible', exit: EXIT.refused, hints})

const unknown = ({namespace, kubeContext}: ClusterPlace, revision: number, why: string): CliError =>
  new CliError(`Whether revision ${revision} works with the schema of the database is not known: ${why}.`, {
    code: 'schema_unknown',
    exit: EXIT.outsideProgram,
    hints: [
      `kubectl get pods --namespace ${namespace} --context ${kubeContext}        whether the database runs`,
      `helm rollback todo5 ${revision} --namespace ${namespace} --kube-context ${kubeContext} --wait        goes back unasked`,
    ],
  })

/** The pod of the migration job in `hooks`, which asks instead of migrating; undefined when there is no such job. */
export function checkPod(hooks: string, {namespace}: ClusterPlace, name: string): object | undefined {
  for (const document of parseAllDocuments(hooks)) {
    if (!('toJS' in document)) continue
    const job = migrateJob.safeParse(document.toJS())
    if (!job.success) continue
    const {metadata, spec} = job.data.spec.template
    const [container] = spec.containers
    const url = container!.env.find((one) => one.name === 'DATABASE_URL')
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {...metadata, name, namespace},
      spec: {
        ...spec,
        restartPolicy: 'Never',
        activeDeadlineSeconds: ANSWER_WITHIN_MS / 1000,
        containers: [
          {
            ...container,
            name: 'check',
            args: ['cli', 'db', 'status', '--json'],
            env: url === undefined ? [] : [{...url, name: 'TODO5_DATABASE_URL'}],
          },
        ],
      },
    }
  }
  return undefined
}

/** What it says; it is gone afterwards. */
async function runPod(calls: ClusterCalls, place: ClusterPlace, pod: object, signal: AbortSignal): Promise<string> {
  const {name} = (pod as {metadata: {name: string}}).metadata
  const folder = await mkdtemp(join(tmpdir(), 'todo5-schema-'))
  try {
    const file = join(folder, 'pod.json')
    await writeFile(file, JSON.stringify(pod))
    await calls.kubectl(applyFileArgs(file, place), {signal})
    const deadline = performance.now() + ANSWER_WITHIN_MS
    let phase: string | undefined = 'Pending'
    while ((phase === 'Pending' || phase === 'Running') && performance.now() < deadline) {
      await delay(POLL_MS, undefined, {signal})
      phase = parsePhase((await calls.kubectl(podArgs(name, place), {signal})).stdout)
    }
    const log = podLogArgs(name, 'check', place, {lines: 2000, previous: false})
    const {exitCode, stdout} = await calls.kubectl(log, {signal, expected: () => true})
    return exitCode === 0 ? stdout : ''
  } finally {
    await rm(folder, {recursive: true, force: true})
    await calls.kubectl(deletePodArgs(name, place))
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
