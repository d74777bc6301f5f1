import {expect, test} from 'vitest'
import type {Revision, RevisionState} from '../../tools/helm.ts'
import {goodBefore, lastGood, originOf} from './choose-good-revision.ts'
import type {ReleaseNotes, RevisionNote} from './release-notes.ts'

const at = (revision: number): number => Date.UTC(2026, 10, 20, 9, revision)

/** `ok`: verified; `seen`: deployed, nobody looked; `old`: verified as a revision of a release that is gone. */
type Story = 'ok' | 'seen' | 'old' | 'failed' | 'pending' | `ok back to ${number}` | `seen back to ${number}`

function historyOf(stories: readonly Story[], from = 1): {revisions: Revision[]; notes: ReleaseNotes} {
  const notes = new Map<number, RevisionNote>()
  const revisions = stories.map((story, index): Revision => {
    const revision = from + index
    const last = index === stories.length - 1
    const back = /\d+/u.exec(story)?.[0]
    if (story.startsWith('ok') || story === 'old' || story === 'failed') {
      const verified = story !== 'failed'
      notes.set(revision, {
        image: `todo5:${revision}`,
        begun_at: new Date(at(revision)).toISOString(),
        by: {person: 'a', host: 'b', process: 1},
        updated_at: verified ? new Date(at(revision) - (story === 'old' ? 1 : 0)).toISOString() : null,
        verified_at: verified ? new Date(at(revision)).toISOString() : null,
        failure: null,
      })
    }
    const states: Record<string, RevisionState> = {failed: 'failed', pending: 'pending-upgrade'}
    return {
      revision,
      updatedAt: at(revision),
      status: states[story] ?? (last ? 'deployed' : 'superseded'),
      chart: 'todo5-0.1.0',
      description: back === undefined ? 'Upgrade complete' : `Rollback to ${back}`,
    }
  })
  return {revisions, notes}
}

test.each<[string, Story[], number | undefined, number | undefined]>([
  ['nothing is there', [], undefined, undefined],
  ['one that is good', ['ok'], 1, undefined],
  ['the first failed', ['failed'], undefined, undefined],
  ['the second failed', ['ok', 'failed'], 1, 1],
  ['never a failed one, however many there are', ['ok', 'failed', 'failed', 'failed'], 1, 1],
  ['deployed by helm, but never seen to work', ['ok', 'seen', 'failed'], 1, 1],
  ['deployed by hand now', ['ok', 'seen'], 1, 1],
  ['notes of a release that was there before', ['old', 'failed'], undefined, undefined],
  ['left pending by a killed helm', ['ok', 'ok', 'pending'], 2, 2],
  ['three good ones', ['ok', 'ok', 'ok'], 3, 2],
  ['gone back by itself: before that is another one', ['ok', 'ok', 'failed', 'ok back to 2'], 4, 1],
  ['gone back twice', ['ok', 'ok', 'ok back to 1', 'failed', 'ok back to 3'], 5, 2],
  ['gone back to what is forgotten', ['ok back to 1', 'ok back to 1', 'ok'], 3, 2],
  ['all that is left is the same', ['ok', 'failed', 'ok back to 1'], 3, undefined],
  ['gone back, not seen to work', ['ok', 'ok', 'failed', 'seen back to 2'], 2, 2],
])('%s', (_, stories, failing, wanted) => {
  const history = historyOf(stories)
  expect(lastGood(history)?.revision).toBe(failing)
  expect(goodBefore(history)?.revision).toBe(wanted)
})

test('ten are kept: the first ones that helm knows are not the first', () => {
  const history = historyOf(['failed', 'ok', 'ok back to 38', 'failed'], 40)
  expect(lastGood(history)?.revision).toBe(42)
  expect(originOf(history.revisions[2]!, history.revisions)).toBe(38)
})
