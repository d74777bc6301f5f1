import type {Revision} from '../../tools/helm.ts'
import type {ReleaseNotes} from './release-notes.ts'

/** A release as helm and the notes of todo5 tell it; the oldest revision first. */
export interface ReleaseHistory {
  readonly revisions: readonly Revision[]
  readonly notes: ReleaseNotes
}

/** Good is what helm deployed and todo5 then saw work. What failed, or was never looked at, is not. */
export function isGood({revision, status, updatedAt}: Revision, notes: ReleaseNotes): boolean {
  if (status !== 'deployed' && status !== 'superseded') return false
  const note = notes.get(revision)
  return note?.verified_at != null && note.updated_at !== null && Date.parse(note.updated_at) === updatedAt
}

/** The last good one, such as a deploy that fails goes back to. */
export const lastGood = ({revisions, notes}: ReleaseHistory): Revision | undefined =>
  revisions.findLast((one) => isGood(one, notes))

/**
 * The one that a person means who wants to go back: the last good one that is something else than what is there now. A
 * revision that was itself made by going back is the same as the one that it went to.
 */
export function goodBefore({revisions, notes}: ReleaseHistory): Revision | undefined {
  const current = revisions.at(-1)
  if (current === undefined) return undefined
  if (!isGood(current, notes)) return lastGood({revisions, notes})
  const now = originOf(current, revisions)
  return revisions.findLast((one) => isGood(one, notes) && originOf(one, revisions) !== now)
}

/** The revision that was deployed first as what this one is. */
export function originOf(revision: Revision, revisions: readonly Revision[]): number {
  const to = Number(/^Rollback to (\d+)$/u.exec(revision.description)?.[1] ?? Number.NaN)
  // Always to an earlier one, so this ends.
  if (!(to < revision.revision)) return revision.revision
  const target = revisions.find((one) => one.revision === to)
  return target === undefined ? to : originOf(target, revisions)
}
