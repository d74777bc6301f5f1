import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {historyArgs, isNoRelease, manifestArgs, parseHistory, type Revision} from '../../tools/helm.ts'
import {type ClusterPlace, commandAt} from '../cluster/cluster-place.ts'
import type {ReleaseHistory} from './choose-good-revision.ts'
import type {ClusterCalls} from './cluster-calls.ts'
import {imageIn} from './diff-manifests.ts'
import {helmPlace} from './install-release.ts'
import {readNotes} from './release-notes.ts'

/** More than are kept: whoever deploys by hand may keep more. */
const MOST = 50

/** Empty when there is no release. */
export async function readHistory(
  calls: ClusterCalls,
  place: ClusterPlace,
  signal?: AbortSignal,
): Promise<ReleaseHistory> {
  const options = {...(signal && {signal})}
  const {exitCode, stdout} = await calls.helm(historyArgs(helmPlace(place), MOST), {
    ...options,
    expected: ({stderr}) => isNoRelease(stderr),
  })
  if (exitCode !== 0) return {revisions: [], notes: new Map()}
  return {revisions: parseHistory(stdout), notes: await readNotes(calls, place, signal)}
}

/** The manifest of a revision. */
export const manifestOf = async (calls: ClusterCalls, place: ClusterPlace, revision: number): Promise<string> =>
  (await calls.helm(manifestArgs(helmPlace(place), revision))).stdout

/** Which image a revision runs: as it was noted, else as its manifest says. */
export async function imageOf(
  calls: ClusterCalls,
  place: ClusterPlace,
  {notes}: ReleaseHistory,
  {revision}: Revision,
): Promise<string> {
  const noted = notes.get(revision)?.image ?? ''
  return noted === '' ? (imageIn(await manifestOf(calls, place, revision)) ?? 'unknown') : noted
}

export const noRelease = (place: ClusterPlace): CliError =>
  new CliError(`${place.target} has no todo5 in the namespace ${place.namespace}.`, {
    code: 'no_release',
    exit: EXIT.notFound,
    hints: [`${commandAt(place, 'deploy')}        installs it`],
  })
