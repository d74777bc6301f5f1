import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {z} from 'zod'
import {applyFileArgs, configMapArgs, parseConfigMap} from '../../tools/kubectl-release.ts'
import {type ClusterPlace, RELEASE} from '../cluster/cluster-place.ts'
import type {ClusterCalls} from './cluster-calls.ts'
import {KEPT_REVISIONS} from './install-release.ts'

/** ConfigMap beside the release: helm says whether a revision was deployed, this whether it was then seen to work. */
export const NOTES_NAME = 'todo5-revisions'

const note = z.object({
  /** Such as todo5:1.4.2; empty: unknown. */
  image: z.string(),
  begun_at: z.iso.datetime(),
  /** Who began: a person, the machine, the process there. */
  by: z.object({person: z.string(), host: z.string(), process: z.int()}),
  /** Helm's own moment of the revision it was verified as; a release made anew counts from 1 again. */
  updated_at: z.iso.datetime().nullable(),
  verified_at: z.iso.datetime().nullable(),
  /** Why it failed, in one sentence. */
  failure: z.string().nullable(),
})
export type RevisionNote = z.infer<typeof note>

/** By revision. */
export type ReleaseNotes = ReadonlyMap<number, RevisionNote>

/** Notes that this todo5 cannot read (of a newer one, or changed by hand) say nothing: such a revision does not count as good. */
export async function readNotes(calls: ClusterCalls, place: ClusterPlace, signal?: AbortSignal): Promise<ReleaseNotes> {
  const {stdout} = await calls.kubectl(configMapArgs(NOTES_NAME, place), {...(signal && {signal})})
  const notes = new Map<number, RevisionNote>()
  for (const [revision, text] of Object.entries(parseConfigMap(stdout))) {
    const read = note.safeParse(parsed(text))
    if (read.success) notes.set(Number(revision), read.data)
  }
  return notes
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Writes the note of one revision, and forgets those of revisions that the cluster has forgotten. */
export async function writeNote(
  calls: ClusterCalls,
  place: ClusterPlace,
  revision: number,
  change: (before: RevisionNote | undefined) => RevisionNote,
): Promise<void> {
  const before = await readNotes(calls, place)
  const all = new Map(before).set(revision, change(before.get(revision)))
  const kept = [...all].toSorted(([a], [b]) => a - b).slice(-KEPT_REVISIONS - 1)
  const folder = await mkdtemp(join(tmpdir(), 'todo5-notes-'))
  try {
    const file = join(folder, 'notes.json')
    await writeFile(file, JSON.stringify(notesObject(place, kept)))
    await calls.kubectl(applyFileArgs(file, place))
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

const notesObject = ({namespace}: ClusterPlace, notes: readonly (readonly [number, RevisionNote])[]) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: NOTES_NAME,
    namespace,
    labels: {'app.kubernetes.io/part-of': RELEASE, 'app.kubernetes.io/managed-by': 'todo5'},
  },
  data: Object.fromEntries(notes.map(([revision, one]) => [String(revision), JSON.stringify(one)])),
})
