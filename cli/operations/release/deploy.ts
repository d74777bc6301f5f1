import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {parseRehearsed, rehearseUpgradeArgs, type Revision} from '../../tools/helm.ts'
import {deleteRecordArgs} from '../../tools/kubectl-release.ts'
import {KUBECTL} from '../../tools/kubectl.ts'
import {type ClusterPlace, commandAt, RELEASE} from '../cluster/cluster-place.ts'
import {planOf, type Stage} from '../cluster/stages.ts'
import {lastGood, type ReleaseHistory} from './choose-good-revision.ts'
import {KUBECTL_HINT} from './cluster-calls.ts'
import {diffManifests, imageIn, type ObjectDiff} from './diff-manifests.ts'
import {backStages, goodStage, LIMITS, noteBegun, RELEASE_SECONDS, type ReleaseWork, verifyStage} from './going-back.ts'
import {installReleaseSteps, type ReleaseRequest, upgradeOf, writeReleaseValues} from './install-release.ts'
import {type Pending, pendingError, pendingOf} from './pending.ts'
import {imageOf, manifestOf, readHistory} from './release-history.ts'
import {writeNote} from './release-notes.ts'
import {type ReleaseRunning, runWatched, StageFailure} from './run-watched.ts'
import {type PodWatch, watchPods} from './watch-pods.ts'

export interface DeployRequest extends ReleaseWork, Omit<ReleaseRequest, 'place' | 'keepValues' | 'timeoutSeconds'> {
  /** Finish what somebody else has begun, who has ended. */
  readonly takeOver: boolean
  /** Empty, and there until the end. */
  readonly folder: string
}

/** What would be done now, and how that differs from what runs. */
export interface DeployPlan {
  readonly revision: number
  /** Null: it cannot be told yet. */
  readonly image: string | null
  /** Null: not until the pending revision is finished. */
  readonly diff: readonly ObjectDiff[] | null
  readonly pending: Pending | undefined
  /** What finishes the pending revision, before anything else. */
  readonly recovery: readonly Stage[]
  readonly stages: readonly Stage[]
  /** What is done when one of them fails, with its image; undefined: there is no good revision. */
  readonly back: {readonly to: Revision; readonly image: string} | undefined
}

export interface Deployed {
  readonly revision: number
  readonly image: string | null
  readonly seconds: number
}

/** Looks, changes nothing. @throws CliError `release_pending` (exit 4); of the cluster, the chart or the values */
export async function planDeploy(request: DeployRequest, signal: AbortSignal): Promise<DeployPlan> {
  const {calls, place, folder} = request
  const history = await readHistory(calls, place, signal)
  const pending = pendingHere(request, history)
  const full: ReleaseRequest = {...request, keepValues: history.revisions.length > 0, timeoutSeconds: RELEASE_SECONDS}
  await writeReleaseValues(full, folder)
  const good = lastGood(history)
  const back = good && {to: good, image: await imageOf(calls, place, history, good)}
  const recovery = pending === undefined ? [] : recoveryStages(request, pending, back, signal)
  // A pending release answers no rehearsal.
  const manifest = pending === undefined ? await rehearsed(request, full, signal) : undefined
  const last = history.revisions.at(-1)
  const current = last === undefined ? '' : await manifestOf(calls, place, last.revision)
  const image = (manifest === undefined ? withTag(imageIn(current), request.imageTag) : imageIn(manifest)) ?? null
  const revision = nextAfter(history, pending, back !== undefined)
  return {
    revision,
    image,
    diff: manifest === undefined ? null : diffManifests(current, manifest),
    pending,
    recovery,
    stages: deployStages(request, full, revision, image),
    back,
  }
}

/** Of a pending release alone, of which nothing else can be told ahead. */
const withTag = (image: string | undefined, tag: string | undefined): string | undefined =>
  image === undefined || tag === undefined ? undefined : `${image.replace(/(@sha256)?:[^:/]*$/u, '')}:${tag}`

/** Going back makes a revision; taking the record of one away gives its number free. */
const nextAfter = ({revisions}: ReleaseHistory, pending: Pending | undefined, hasGood: boolean): number => {
  const last = revisions.at(-1)?.revision ?? 0
  if (pending === undefined) return last + 1
  return hasGood ? last + 2 : last
}

function pendingHere(request: DeployRequest, history: ReleaseHistory): Pending | undefined {
  const {now, by, takeOver, place} = request
  const pending = pendingOf(history, {now: now(), host: by.host})
  if (pending !== undefined && !pending.abandoned && !takeOver)
    throw pendingError(pending, now(), commandAt(place, 'deploy'))
  return pending
}

const rehearsed = async (request: DeployRequest, full: ReleaseRequest, signal: AbortSignal): Promise<string> =>
  parseRehearsed((await request.calls.helm(rehearseUpgradeArgs(upgradeOf(full, request.folder)), {signal})).stdout)

function recoveryStages(
  request: DeployRequest,
  {revision, status}: Pending,
  back: DeployPlan['back'],
  signal: AbortSignal,
): Stage[] {
  if (back !== undefined) return backStages(request, {...back, as: revision + 1, signal, onUnknownSchema: undefined})
  return [
    {
      name: 'recover',
      title: `take away the record of revision ${revision} (${status})`,
      limitMs: LIMITS.note,
      steps: [
        {
          kind: 'program',
          program: KUBECTL,
          args: deleteRecordArgs(RELEASE, revision, request.place),
          hint: KUBECTL_HINT,
        },
      ],
    },
  ]
}

const deployStages = (
  request: DeployRequest,
  full: ReleaseRequest,
  revision: number,
  image: string | null,
): Stage[] => [
  {
    name: 'release',
    title: `${image ?? 'todo5'} as revision ${revision}`,
    limitMs: LIMITS.release,
    steps: [noteBegun(request, revision, image ?? ''), ...installReleaseSteps(full, request.folder)],
  },
  verifyStage(request.verify),
  goodStage(request, image ?? ''),
]

/** What is done, in order, when all goes well. */
export const deploySteps = ({recovery, stages}: DeployPlan): string[] => planOf([...recovery, ...stages])

/** What is done, in order, where nothing is there yet, not even the cluster; asks nobody. */
export const firstDeploySteps = (request: DeployRequest, image: string | null): string[] =>
  planOf(deployStages(request, {...request, keepValues: false, timeoutSeconds: RELEASE_SECONDS}, 1, image))

/** And what when something fails; empty when there is no good revision. */
export const stepsBack = (request: DeployRequest, {revision, back}: DeployPlan, signal: AbortSignal): string[] =>
  back === undefined ? [] : planOf(backStages(request, {...back, as: revision + 1, signal, onUnknownSchema: undefined}))

/**
 * Deploys, verifies, and notes that it is good; whatever fails, goes back to the last good revision by itself.
 * @throws CliError `rolled_back`, `rollback_failed`, `deploy_failed` (exit 5), and what `planDeploy` throws
 */
export async function deploy(request: DeployRequest, plan: DeployPlan, running: ReleaseRunning): Promise<Deployed> {
  const began = performance.now()
  let watch: PodWatch | undefined
  try {
    await runWatched(plan.recovery, running, undefined)
    watch = await watchPods(request.calls, request.place)
    await runWatched(plan.stages, running, watch)
  } catch (error) {
    if (running.signal.aborted) throw interruptedAt(plan, request.place, running.signal.reason)
    if (!(error instanceof StageFailure)) throw error
    if (watch === undefined) throw recoveryFailed(plan, error)
    await watch.stop()
    throw await afterFailure(request, plan, error, running)
  } finally {
    await watch?.stop()
  }
  return {revision: plan.revision, image: plan.image, seconds: (performance.now() - began) / 1000}
}

async function afterFailure(
  request: DeployRequest,
  plan: DeployPlan,
  failure: StageFailure,
  running: ReleaseRunning,
): Promise<CliError> {
  const {calls, place} = request
  const {target} = place
  const {revision, back} = plan
  const {why, cause} = failure
  try {
    const {revisions} = await readHistory(calls, place, running.signal)
    if (!revisions.some((one) => one.revision >= revision)) return nothingChanged(target, why, cause)
    await noteFailure(request, revision, why)
    if (back === undefined) return noWayBack(place, revision, why)
    const as = revisions.at(-1)!.revision + 1
    const {signal, onEvent} = running
    const onUnknownSchema = (line: string): void => onEvent({stage: 'schema', title: 'schema', kind: 'said', line})
    const watch = await watchPods(calls, place)
    try {
      await runWatched(backStages(request, {...back, as, signal, onUnknownSchema}), running, watch)
    } finally {
      await watch.stop()
    }
    return new CliError(`The deploy failed: ${why}. ${target} runs ${back.image} again, revision ${as}.`, {
      code: 'rolled_back',
      exit: EXIT.outsideProgram,
      hints: [
        ...imageHints(why, target),
        `${commandAt(place, 'release show', ` ${revision}`)}        what it was, and why it failed`,
      ],
    })
  } catch (error) {
    if (running.signal.aborted) throw interruptedAt(plan, place, running.signal.reason)
    if (!(error instanceof StageFailure) && !(error instanceof CliError)) throw error
    return bothFailed(place, plan, why, error)
  }
}

async function noteFailure({calls, place, now, by}: DeployRequest, revision: number, why: string): Promise<void> {
  await writeNote(calls, place, revision, (before) => ({
    ...(before ?? {image: '', begun_at: new Date(now()).toISOString(), by}),
    updated_at: null,
    verified_at: null,
    failure: why,
  }))
}

/** A missing image is the one cause that one command mends. */
function imageHints(why: string, target: string): string[] {
  const image = /image (\S+) not found/u.exec(why)?.[1]
  if (image === undefined) return []
  return target === 'minikube'
    ? [`todo5 image load minikube --image ${image}        then deploy again`]
    : [`docker push ${image}        then deploy again`]
}

/** A command of helm with files that are gone is no hint. */
const nothingChanged = (target: string, why: string, {code, exit, hints, excerpt}: CliError): CliError =>
  new CliError(`The deploy failed: ${why}. ${target} is as it was.`, {
    code,
    exit,
    hints: code === 'program_failed' ? [] : hints,
    excerpt,
  })

const lookHints = (place: ClusterPlace, revision: number): string[] => [
  `kubectl get pods --namespace ${place.namespace} --context ${place.kubeContext}        what is there now`,
  `${commandAt(place, 'release show', ` ${revision}`)}        what it was, and why it failed`,
]

const noWayBack = (place: ClusterPlace, revision: number, why: string): CliError =>
  new CliError(
    `The deploy failed: ${why}. No revision of ${place.target} is known to be good, so all is left as it is to be looked at.`,
    {code: 'deploy_failed', exit: EXIT.outsideProgram, hints: lookHints(place, revision)},
  )

function bothFailed(
  place: ClusterPlace,
  {revision, back}: DeployPlan,
  why: string,
  second: StageFailure | CliError,
): CliError {
  const {cause, whyBack} =
    second instanceof StageFailure
      ? {cause: second.cause, whyBack: second.why}
      : {cause: second, whyBack: second.message.replace(/\.$/u, '')}
  const to = back === undefined ? '' : ` to revision ${back.to.revision} (${back.image})`
  return new CliError(`The deploy failed: ${why}. The way back${to} failed, too: ${whyBack}.`, {
    code: 'rollback_failed',
    exit: EXIT.outsideProgram,
    hints: [...cause.hints.filter((hint) => hint.startsWith('todo5 ')), ...lookHints(place, revision)],
    excerpt: cause.excerpt,
    cause: second,
  })
}

const recoveryFailed = ({pending}: DeployPlan, {why, cause}: StageFailure): CliError =>
  new CliError(`Revision ${pending!.revision} was left ${pending!.status}, and could not be finished: ${why}.`, {
    code: cause.code === 'schema_incompatible' ? cause.code : 'rollback_failed',
    exit: cause.code === 'schema_incompatible' ? EXIT.refused : EXIT.outsideProgram,
    hints: cause.hints,
    excerpt: cause.excerpt,
    cause,
  })

/** The old pods serve until all new ones are ready, so nobody has to be waited for. */
function interruptedAt({revision, back}: DeployPlan, place: ClusterPlace, reason: unknown): unknown {
  if (!(reason instanceof CliError)) return reason
  return new CliError(`Interrupted; revision ${revision} of ${place.target} may be half there.`, {
    code: reason.code,
    exit: reason.exit,
    hints:
      back === undefined
        ? [`${commandAt(place, 'deploy')}        goes on`]
        : [`${commandAt(place, 'rollback')}        brings back revision ${back.to.revision} (${back.image})`],
  })
}
