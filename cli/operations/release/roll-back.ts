import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import type {Revision} from '../../tools/helm.ts'
import {commandAt} from '../cluster/cluster-place.ts'
import {planOf, type Stage} from '../cluster/stages.ts'
import {goodBefore, isGood, type ReleaseHistory} from './choose-good-revision.ts'
import {diffManifests, type ObjectDiff} from './diff-manifests.ts'
import {backStages, type ReleaseWork} from './going-back.ts'
import {pendingError, pendingOf} from './pending.ts'
import {imageOf, manifestOf, noRelease, readHistory} from './release-history.ts'
import {type ReleaseRunning, runWatched, StageFailure} from './run-watched.ts'
import {watchPods} from './watch-pods.ts'

export interface RollbackRequest extends ReleaseWork {
  /** Undefined: the last good one that is something else than what runs. */
  readonly to: number | undefined
  readonly takeOver: boolean
}

export interface RollbackPlan {
  readonly from: number
  readonly to: Revision
  readonly image: string
  readonly diff: readonly ObjectDiff[]
  readonly stages: readonly Stage[]
}

export interface RolledBack {
  /** The revision that was made, which is as `to`. */
  readonly revision: number
  readonly to: number
  readonly image: string
  readonly seconds: number
}

/**
 * Looks, changes nothing.
 * @throws CliError `no_release`, `no_revision` (exit 3), `revision_not_good`, `no_good_revision`, `release_pending` (4)
 */
export async function planRollback(request: RollbackRequest, signal: AbortSignal): Promise<RollbackPlan> {
  const {calls, place, now, by, takeOver} = request
  const history = await readHistory(calls, place, signal)
  const last = history.revisions.at(-1)
  if (last === undefined) throw noRelease(place)
  const pending = pendingOf(history, {now: now(), host: by.host})
  if (pending !== undefined && !pending.abandoned && !takeOver)
    throw pendingError(pending, now(), commandAt(place, 'rollback'))
  const to = chosen(request, history)
  const image = await imageOf(calls, place, history, to)
  return {
    from: last.revision,
    to,
    image,
    diff: diffManifests(await manifestOf(calls, place, last.revision), await manifestOf(calls, place, to.revision)),
    stages: backStages(request, {to, image, as: last.revision + 1, signal, onUnknownSchema: undefined}),
  }
}

function chosen({to, place}: RollbackRequest, history: ReleaseHistory): Revision {
  const {target} = place
  const list = `${commandAt(place, 'release list')}        lists them`
  if (to === undefined) {
    const good = goodBefore(history)
    if (good) return good
    throw new CliError(`No other revision of ${target} is known to be good.`, {
      code: 'no_good_revision',
      exit: EXIT.refused,
      hints: [list, `${commandAt(place, 'deploy')}        goes forth`],
    })
  }
  const named = history.revisions.find(({revision}) => revision === to)
  if (named === undefined) {
    throw new CliError(`${target} has no revision ${to}.`, {code: 'no_revision', exit: EXIT.notFound, hints: [list]})
  }
  if (isGood(named, history.notes)) return named
  const why = history.notes.get(to)?.failure
  const reason = named.status === 'failed' || why != null ? 'it failed' : 'nobody has verified it'
  throw new CliError(`Revision ${to} is not known to be good: ${reason}${why == null ? '' : ` (${why})`}.`, {
    code: 'revision_not_good',
    exit: EXIT.refused,
    hints: [list, `${commandAt(place, 'rollback')}        takes the last good one`],
  })
}

export const rollbackSteps = ({stages}: RollbackPlan): string[] => planOf(stages)

/** @throws CliError `schema_incompatible` (exit 4) before anything is changed, `rollback_failed` (5) */
export async function rollBack(
  request: RollbackRequest,
  {stages, from, to, image}: RollbackPlan,
  running: ReleaseRunning,
): Promise<RolledBack> {
  const {calls, place} = request
  const began = performance.now()
  const watch = await watchPods(calls, place)
  try {
    await runWatched(stages, running, watch)
  } catch (error) {
    if (!(error instanceof StageFailure)) throw error
    if (error.stage === 'schema') throw error.cause
    const {namespace, kubeContext} = place
    throw new CliError(`The way back to revision ${to.revision} (${image}) failed: ${error.why}.`, {
      code: 'rollback_failed',
      exit: EXIT.outsideProgram,
      excerpt: error.cause.excerpt,
      hints: [
        `kubectl get pods --namespace ${namespace} --context ${kubeContext}        what is there now`,
        commandAt(place, 'release list'),
      ],
      cause: error.cause,
    })
  } finally {
    await watch.stop()
  }
  return {revision: from + 1, to: to.revision, image, seconds: (performance.now() - began) / 1000}
}
