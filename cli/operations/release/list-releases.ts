import {type ClusterPlace, commandAt} from '../cluster/cluster-place.ts'
import {isGood, lastGood, type ReleaseHistory} from './choose-good-revision.ts'
import type {ClusterCalls} from './cluster-calls.ts'
import {diffManifests, imageIn, type ObjectDiff} from './diff-manifests.ts'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import type {Revision, RevisionState} from '../../tools/helm.ts'
import {holderText} from './pending.ts'
import {manifestOf, noRelease, readHistory} from './release-history.ts'

export interface ReleaseRevision {
  readonly revision: number
  readonly deployed_at: string
  /** As helm says it. */
  readonly status: RevisionState
  /** Deployed, and then seen to work. */
  readonly good: boolean
  /** The one that is there now. */
  readonly current: boolean
  /** Null: it was not deployed by todo5. */
  readonly image: string | null
  readonly chart: string
  readonly verified_at: string | null
  /** Who began it. */
  readonly by: string | null
  /** Why it failed, in one sentence. */
  readonly failure: string | null
}

/** The newest first. @throws CliError `no_release` (exit 3) */
export async function listReleases(calls: ClusterCalls, place: ClusterPlace): Promise<ReleaseRevision[]> {
  const history = await readHistory(calls, place)
  if (history.revisions.length === 0) throw noRelease(place)
  return history.revisions.toReversed().map((revision) => factsOf(revision, history))
}

function factsOf(one: Revision, {revisions, notes}: ReleaseHistory): ReleaseRevision {
  const {revision, updatedAt, status, chart, description} = one
  const note = notes.get(revision)
  const good = isGood(one, notes)
  // What helm says of a failure is long, and ours is better.
  const said = status === 'failed' ? description : null
  return {
    revision,
    deployed_at: new Date(updatedAt).toISOString(),
    status,
    good,
    current: revision === revisions.at(-1)!.revision,
    image: note === undefined || note.image === '' ? null : note.image,
    chart,
    verified_at: good ? note!.verified_at : null,
    by: note === undefined ? null : holderText(note.by),
    failure: note?.failure ?? said,
  }
}

export interface ReleaseDetails extends ReleaseRevision {
  /** Such as Deployment/chat-api. */
  readonly objects: readonly string[]
  /** From the revision before it that was good; null when none was, or nobody asked. */
  readonly compared_with: number | null
  readonly diff: readonly ObjectDiff[] | null
}

/** `number` undefined: the one that is there now. @throws CliError `no_release`, `no_revision` (exit 3) */
export async function showRelease(
  calls: ClusterCalls,
  place: ClusterPlace,
  number: number | undefined,
  withDiff: boolean,
): Promise<ReleaseDetails> {
  const history = await readHistory(calls, place)
  const last = history.revisions.at(-1)
  if (last === undefined) throw noRelease(place)
  const one = history.revisions.find(({revision}) => revision === (number ?? last.revision))
  if (one === undefined) {
    throw new CliError(`${place.target} has no revision ${number}.`, {
      code: 'no_revision',
      exit: EXIT.notFound,
      hints: [`${commandAt(place, 'release list')}        lists those that there are`],
    })
  }
  const manifest = await manifestOf(calls, place, one.revision)
  const facts = factsOf(one, history)
  const earlier = history.revisions.filter(({revision}) => revision < one.revision)
  const before = withDiff ? lastGood({...history, revisions: earlier}) : undefined
  return {
    ...facts,
    image: facts.image ?? imageIn(manifest) ?? null,
    objects: diffManifests('', manifest).map(({object}) => object),
    compared_with: before?.revision ?? null,
    diff: before === undefined ? null : diffManifests(await manifestOf(calls, place, before.revision), manifest),
  }
}
