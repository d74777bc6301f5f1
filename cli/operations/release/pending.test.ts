import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {expect, test} from 'vitest'
import {startZombie} from '../../../test/support/zombie.ts'
import type {RevisionState} from '../../tools/helm.ts'
import {type Holder, pendingError, pendingOf, PENDING_LIMIT_MS} from './pending.ts'
import type {RevisionNote} from './release-notes.ts'

const BEGUN = Date.UTC(2026, 10, 20, 9)
const MINUTE_MS = 60_000
const here: Holder = {person: 'ann', host: 'laptop', process: process.pid}

/** What is pending of a revision that `by` began, `minutes` later, on the machine laptop. */
function pendingAfter(
  minutes: number,
  by: Holder | undefined,
  status: RevisionState = 'pending-upgrade',
  noted = BEGUN,
) {
  const revision = {revision: 3, updatedAt: BEGUN, status, chart: 'todo5-0.1.0', description: ''}
  const notes = new Map<number, RevisionNote>()
  if (by !== undefined) {
    const begun_at = new Date(noted).toISOString()
    notes.set(3, {image: 'todo5:1', begun_at, by, updated_at: null, verified_at: null, failure: null})
  }
  return pendingOf({revisions: [revision], notes}, {now: BEGUN + minutes * MINUTE_MS, host: 'laptop'})
}

async function ended(): Promise<number> {
  const child = spawn('true', {stdio: 'ignore'})
  await once(child, 'exit')
  return child.pid!
}

test('nothing is pending of no release, nor of one that is done', () => {
  expect(pendingOf({revisions: [], notes: new Map()}, {now: BEGUN, host: 'laptop'})).toBeUndefined()
  expect(pendingAfter(1, here, 'deployed')).toBeUndefined()
})

test('it is of whoever began it, until their process has ended or 15 minutes have', async () => {
  expect(pendingAfter(1, here)).toMatchObject({revision: 3, holder: here, since: BEGUN, abandoned: false})
  const gone = {...here, process: await ended()}
  expect(pendingAfter(1, gone)).toMatchObject({holder: gone, abandoned: true})
  // Of another machine nobody here can tell.
  expect(pendingAfter(1, {...gone, host: 'desk'})).toMatchObject({abandoned: false})
  expect(pendingAfter(16, here)).toMatchObject({abandoned: true})
})

test('it is of nobody known where todo5 noted nothing, or something of another release long ago', () => {
  expect(pendingAfter(1, undefined)).toMatchObject({holder: undefined, abandoned: false})
  expect(pendingAfter(1, here, 'pending-install', BEGUN - PENDING_LIMIT_MS)).toMatchObject({holder: undefined})
})

test.runIf(process.platform === 'linux')('a process that has ended and was never asked for is at nothing', async () => {
  const {pid, end} = await startZombie()
  expect(pendingAfter(1, {...here, process: pid})).toMatchObject({abandoned: true})
  await end()
})

test.each([
  [0.5, here, `for less than a minute, begun by ann on laptop (process ${process.pid})`, 'in 15 min'],
  [1.5, undefined, 'for a minute, begun by somebody else than todo5', 'in 14 min'],
  [14.9, undefined, 'for 14 minutes, begun by somebody else than todo5', 'in 1 min'],
] as const)('after %s minutes it says who has it, and how long to wait', (minutes, by, who, left) => {
  const error = pendingError(pendingAfter(minutes, by)!, BEGUN + minutes * MINUTE_MS, 'todo5 deploy minikube')
  expect(error).toMatchObject({
    message: `Revision 3 is pending-upgrade ${who}.`,
    code: 'release_pending',
    exit: 4,
    hints: [expect.stringContaining(left), expect.stringContaining('todo5 deploy minikube --take-over ')],
  })
})
