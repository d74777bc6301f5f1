import {randomBytes} from 'node:crypto'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {needProgram} from '../../toolchain/outside-program.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import type {Attachment} from '../../tools/attach-program.ts'
import {KUBECTL} from '../../tools/kubectl.ts'
import {
  createArgs,
  deletePodsArgs,
  execArgs,
  parseTemplates,
  podArgs,
  type PodTemplate,
  templatesArgs,
  waitReadyArgs,
  whyWaiting,
} from '../../tools/kubectl-pods.ts'
import {type ProgramResult, runProgram} from '../../tools/run-program.ts'
import type {ClusterPlace} from '../cluster/cluster-place.ts'
import {clusterError} from './cluster-error.ts'
import {EndedLine} from './ended-line.ts'
import {type Caller, OPERATE_LABEL, type OperateKind, operatorPod, templateName, wordsInPod} from './operator-pod.ts'

export interface InClusterRequest {
  readonly place: ClusterPlace
  readonly kind: OperateKind
  /** The command as it was typed, without todo5. */
  readonly command: readonly string[]
  readonly caller: Caller
  readonly toolchain: Toolchain
  readonly attachment: Attachment
  readonly onStderr: (text: string) => void
  /** Called once the command is about to run; with the version there, null when nobody knows it. */
  readonly onReady: (version: string | null) => Promise<void>
  readonly signal: AbortSignal
}

/** s that a pod gets until it runs; its image may have to be fetched. */
const READY_WITHIN = 120
/** ms that kubectl gets for what it asks once. */
const ANSWER_WITHIN = 20_000

/**
 * Runs the same command line inside the cluster, in a pod made for it from a template of the chart, and answers with its exit
 * code. The pod is removed, whatever happens; it ends the command, when it still runs.
 * @throws CliError when it cannot be run there; the reason of `signal`
 */
export async function runInCluster(request: InClusterRequest): Promise<number> {
  const {place, kind, toolchain, signal} = request
  const kubectl = await needProgram(
    KUBECTL,
    toolchain,
    'https://kubernetes.io/docs/tasks/tools        where it comes from',
  )
  const run = async (args: readonly string[], options: {signal?: AbortSignal; timeoutMs?: number} = {}) =>
    await runProgram(kubectl, args, {timeoutMs: ANSWER_WITHIN, env: {PATH: toolchain.searchPath}, ...options})
  const {template, ended} = await findTemplate(await run(templatesArgs(place, OPERATE_LABEL), {signal}), place, kind)
  const pod = `${templateName(kind)}-${randomBytes(4).toString('hex')}`
  try {
    await makePod(pod, template, request, run)
    await request.onReady(template.version)
    return await execute(kubectl, pod, template, request)
  } finally {
    // Also of commands that nobody was left to tidy up after.
    await run(deletePodsArgs(place, [pod, ...ended]))
  }
}

type Run = (args: readonly string[], options?: {signal?: AbortSignal; timeoutMs?: number}) => Promise<ProgramResult>

async function findTemplate(
  found: ProgramResult,
  place: ClusterPlace,
  kind: OperateKind,
): Promise<{template: PodTemplate; ended: string[]}> {
  if (found.exitCode !== 0) throw clusterError(found, place)
  const {templates, ended} = parseTemplates(found.stdout)
  const template = templates.find(({name}) => name === templateName(kind))
  if (template) return {template, ended}
  const {target, namespace} = place
  throw new CliError(`There is no todo5 in the namespace ${namespace} of ${target}, or one that is too old for this.`, {
    code: 'not_running',
    exit: EXIT.unreachable,
    hints: [
      target === 'minikube' ? 'todo5 up minikube        installs it' : `todo5 deploy ${target}        installs it`,
      '--namespace NAME        when it is elsewhere in it',
    ],
  })
}

async function makePod(
  pod: string,
  template: PodTemplate,
  {place, caller, signal}: InClusterRequest,
  run: Run,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'todo5-pod-'))
  try {
    const file = join(folder, 'pod.json')
    await writeFile(file, JSON.stringify(operatorPod(template, {name: pod, by: caller.person})), {mode: 0o600})
    const made = await run(createArgs(place, file), {signal})
    if (made.exitCode !== 0) throw clusterError(made, place)
  } finally {
    await rm(folder, {recursive: true})
  }
  const ready = await run(waitReadyArgs(place, pod, READY_WITHIN), {signal, timeoutMs: (READY_WITHIN + 30) * 1000})
  if (ready.exitCode === 0) return
  const looked = await run(podArgs(place, pod), {signal})
  if (looked.exitCode !== 0) throw clusterError(looked, place)
  throw new CliError(`The pod for the command did not start in ${place.target} within ${READY_WITHIN} s.`, {
    code: 'pod_not_ready',
    exit: EXIT.outsideProgram,
    excerpt: whyWaiting(looked.stdout).map((line) => `  ${line}`),
    hints: [`kubectl --context ${place.kubeContext} --namespace ${place.namespace} get events`],
  })
}

async function execute(
  kubectl: string,
  pod: string,
  template: PodTemplate,
  {place, attachment, caller, command, toolchain, signal, onStderr}: InClusterRequest,
): Promise<number> {
  const container = template.template.spec.containers[0]!.name
  const {tty} = attachment
  const line = new EndedLine(onStderr)
  const {exitCode, signal: endedBy} = await attachment.run({
    program: kubectl,
    args: execArgs(place, {pod, container, stdin: tty, tty, words: wordsInPod(caller, place, command)}),
    env: {PATH: toolchain.searchPath},
    signal,
    onStderr: (text) => line.hear(text),
  })
  line.end()
  signal.throwIfAborted()
  // Whoever read what is printed has had enough.
  if (exitCode === 0 || endedBy === 'SIGPIPE') return EXIT.done
  if (line.code !== undefined) return line.code
  throw new CliError(`The connection to the command in ${place.target} broke (pod ${pod}); it was ended there.`, {
    code: 'connection_lost',
    exit: EXIT.unreachable,
    hints: ['run it again; what it had done stays done'],
  })
}
