import {writeCredential} from '../../client/credentials.ts'
import {readSelection, selectNoContext} from '../../client/selection.ts'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {WaitingChanges} from '../../offline/waiting-changes.ts'
import type {Paths} from '../../paths.ts'
import {needProgram} from '../../toolchain/outside-program.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import {HELM, uninstallArgs} from '../../tools/helm.ts'
import {DAPR_NAMESPACE, uninstallDaprArgs} from '../../tools/helm-dapr.ts'
import {KUBECTL} from '../../tools/kubectl.ts'
import {deleteConfigMapArgs} from '../../tools/kubectl-release.ts'
import {deleteDataArgs, deleteNamespaceArgs, deleteSecretsArgs, scaleDownArgs} from '../../tools/kubectl-cluster.ts'
import {deleteArgs, MINIKUBE, NO_PROFILE, parseStatus, statusArgs, stopArgs} from '../../tools/minikube.ts'
import {runProgram} from '../../tools/run-program.ts'
import {MINIKUBE_HINT} from '../image/load-image.ts'
import {runSteps, type Step, stepText} from '../program-steps.ts'
import {KUBECTL_HINT} from '../release/cluster-calls.ts'
import {HELM_HINT, helmPlace} from '../release/install-release.ts'
import {NOTES_NAME} from '../release/release-notes.ts'
import {type ClusterPlace, PLATFORM_RELEASE, RELEASE} from './cluster-place.ts'
import {forgetNotes, type MinikubeNotes, readNotes, writeNotes} from './minikube-notes.ts'
import {SECRET_NAMES} from './minikube-secrets.ts'
import {MONITORING_NAMESPACE, MONITORING_RELEASE, releasesOf} from './monitoring.ts'
import {removalSteps} from './monitoring-stage.ts'
import {CONTEXT} from './up-minikube.ts'

export interface DownMinikubeRequest {
  readonly deleteData: boolean
  readonly dryRun: boolean
  /** Asks; rejects when it is not wanted. */
  readonly confirm: (lines: readonly string[]) => Promise<void>
  readonly paths: Paths
  readonly toolchain: Toolchain
  readonly signal: AbortSignal
}

export type MinikubeDown =
  | {
      readonly target: 'minikube'
      readonly found: 'running' | 'stopped' | 'nothing'
      /** What was removed, and what was there before todo5 and stays, a line each. */
      readonly deleted: readonly string[]
      readonly stays: readonly string[]
    }
  | {readonly dry_run: true; readonly steps: readonly string[]}

const UNINSTALL_SECONDS = 300

interface Plan {
  readonly steps: readonly Step[]
  readonly deleted: readonly string[]
  readonly stays: readonly string[]
}

/**
 * Stops what `up minikube` started; with `deleteData` removes what it made, and nothing else.
 * @throws CliError `not_confirmed` (exit 4), `minikube_stopped` (4) when what is in a stopped profile is to be removed
 */
export async function downMinikube(request: DownMinikubeRequest): Promise<MinikubeDown> {
  const {deleteData, dryRun, confirm, paths, toolchain, signal} = request
  const notes = await readNotes(paths.state)
  const state = notes === undefined ? 'none' : await stateOf(notes.profile, toolchain, signal)
  if (notes === undefined || (state === 'none' && !deleteData))
    return dryRun ? {dry_run: true, steps: []} : {target: 'minikube', found: 'nothing', deleted: [], stays: []}
  const plan = deleteData ? removal(notes, state) : stopping(notes, state)
  const waiting = new WaitingChanges({stateDir: paths.state, context: {name: CONTEXT, apiUrl: ''}, now: Date.now})
  const unsent = deleteData ? unsentLines((await waiting.list()).length) : []
  if (dryRun) {
    const stays = plan.stays.map((what) => `leave ${what}, which was there before`)
    return {dry_run: true, steps: [...plan.steps.map(stepText), ...unsent.map((what) => `delete ${what}`), ...stays]}
  }
  const deleted = [...plan.deleted, ...unsent]
  if (deleteData) await confirm([...deleted, ...plan.stays.map((what) => `stays: ${what}`)])
  await runSteps(plan.steps, {toolchain, signal, onStep: () => undefined})
  if (deleteData) {
    await waiting.forget()
    await writeCredential(paths.state, CONTEXT, null)
    await forgetNotes(paths.state)
  } else await writeNotes(paths.state, notes)
  if ((await readSelection(paths)) === CONTEXT) await selectNoContext(paths)
  const found = state === 'none' ? 'nothing' : state
  return {target: 'minikube', found, deleted, stays: plan.stays}
}

/** Another todo5 would have other accounts and tasks: what waits for this one could go nowhere. */
const unsentLines = (count: number): string[] =>
  count === 0 ? [] : [`${count} ${count === 1 ? 'change' : 'changes'} that waited here to be sent`]

const placeOf = ({profile, namespace}: MinikubeNotes): ClusterPlace => ({
  target: CONTEXT,
  kubeContext: profile,
  namespace,
})

const program = (name: string, args: readonly string[], hint: string): Step => ({
  kind: 'program',
  program: name,
  args,
  hint,
})

function stopping(notes: MinikubeNotes, state: 'none' | 'stopped' | 'running'): Plan {
  const place = placeOf(notes)
  const nothing = {deleted: [], stays: []}
  if (state !== 'running') return {steps: [], ...nothing}
  if (notes.created.profile) return {steps: [program(MINIKUBE, stopArgs(notes.profile), MINIKUBE_HINT)], ...nothing}
  // The cluster is somebody else's: todo5 alone stops in it.
  const places: [string, typeof place][] = [RELEASE, PLATFORM_RELEASE].map((release) => [release, place])
  // What an operator has made it would make again: the whole stack goes on.
  if (notes.monitoring === 'basic') places.push([MONITORING_RELEASE, {...place, namespace: MONITORING_NAMESPACE}])
  const steps = places.map(([release, where]) => program(KUBECTL, scaleDownArgs(release, where), KUBECTL_HINT))
  return {steps, ...nothing}
}

function removal(notes: MinikubeNotes, state: 'none' | 'stopped' | 'running'): Plan {
  const {profile, namespace, created, monitoring} = notes
  const place = placeOf(notes)
  if (state === 'none') return {steps: [], deleted: [], stays: []}
  if (created.profile) {
    return {
      steps: [program(MINIKUBE, deleteArgs(profile), MINIKUBE_HINT)],
      deleted: [`the profile ${profile} with all that is in it, and its entry in the kubeconfig`],
      stays: [],
    }
  }
  if (state === 'stopped') throw stopped(profile)
  const helm = helmPlace(place)
  const steps: Step[] = [RELEASE, PLATFORM_RELEASE].map((release) =>
    program(HELM, uninstallArgs({...helm, release}, UNINSTALL_SECONDS), HELM_HINT),
  )
  const deleted = [`the releases ${RELEASE} and ${PLATFORM_RELEASE}, with all tasks, mails and keys`]
  const stays = [`the profile ${profile} and its entry in the kubeconfig`]
  const watching = releasesOf(monitoring ?? 'none')
  if (created.monitoring && watching.length > 0) {
    steps.push(...removalSteps(watching, true, place))
    deleted.push(`what watched it, with the namespace ${MONITORING_NAMESPACE}`)
  }
  if (created.namespace) {
    steps.push(program(KUBECTL, deleteNamespaceArgs(namespace, profile), KUBECTL_HINT))
    deleted.push(`the namespace ${namespace}`)
  } else {
    steps.push(
      program(KUBECTL, deleteDataArgs(PLATFORM_RELEASE, place), KUBECTL_HINT),
      program(KUBECTL, deleteSecretsArgs(SECRET_NAMES, place), KUBECTL_HINT),
      program(KUBECTL, deleteConfigMapArgs(NOTES_NAME, place), KUBECTL_HINT),
    )
    deleted.push(
      `its data, ${SECRET_NAMES.length} secrets and the notes of its revisions in the namespace ${namespace}`,
    )
    stays.push(`the namespace ${namespace}`)
  }
  if (created.dapr) {
    steps.push(
      program(HELM, uninstallDaprArgs(profile, UNINSTALL_SECONDS), HELM_HINT),
      program(KUBECTL, deleteNamespaceArgs(DAPR_NAMESPACE, profile), KUBECTL_HINT),
    )
    deleted.push('Dapr (not its kinds of objects, which others may use)')
  } else stays.push('Dapr')
  return {steps, deleted, stays}
}

const stopped = (profile: string): CliError =>
  new CliError(`The profile ${profile} is stopped, and was there before todo5: what is in it cannot be removed now.`, {
    code: 'minikube_stopped',
    exit: EXIT.refused,
    hints: [`minikube start --profile ${profile} && todo5 down minikube --delete`],
  })

async function stateOf(
  profile: string,
  toolchain: Toolchain,
  signal: AbortSignal,
): Promise<'none' | 'stopped' | 'running'> {
  const path = await needProgram(MINIKUBE, toolchain, MINIKUBE_HINT)
  const env = {PATH: toolchain.searchPath}
  const {exitCode, stdout} = await runProgram(path, statusArgs(profile), {signal, env, timeoutMs: 60_000})
  if (exitCode === NO_PROFILE || stdout.trim() === '') return 'none'
  return parseStatus(stdout).APIServer === 'Running' ? 'running' : 'stopped'
}
