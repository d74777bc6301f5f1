import {CliError} from '../../errors.ts'
import {HELM, type Revision, rollbackArgs} from '../../tools/helm.ts'
import type {ClusterPlace} from '../cluster/cluster-place.ts'
import type {Stage} from '../cluster/stages.ts'
import type {Step} from '../program-steps.ts'
import {checkSchema} from './check-schema.ts'
import type {ClusterCalls} from './cluster-calls.ts'
import {HELM_HINT, helmPlace, KEPT_REVISIONS} from './install-release.ts'
import type {Holder} from './pending.ts'
import {imageIn} from './diff-manifests.ts'
import {manifestOf, readHistory} from './release-history.ts'
import {writeNote} from './release-notes.ts'

/** Where a deploy or a rollback happens, and who does it. */
export interface ReleaseWork {
  readonly calls: ClusterCalls
  readonly place: ClusterPlace
  readonly by: Holder
  /** ms since the epoch. */
  readonly now: () => number
  /** What has to be true of a release before it counts as good. */
  readonly verify: readonly Step[]
}

/** ms. The three of a way back are less than 15 minutes together, and so is each of a deploy alone. */
export const LIMITS = {
  schema: 90_000,
  back: 8 * 60_000,
  release: 11 * 60_000,
  verify: 4 * 60_000,
  note: 60_000,
} as const
/** s, of helm's own: a migration, then the pods. */
export const RELEASE_SECONDS = 300
const BACK_SECONDS = 450

export interface WayBack {
  /** It was good. */
  readonly to: Revision
  readonly image: string
  /** What the way back is called as a revision. */
  readonly as: number
  readonly signal: AbortSignal
  /** Told instead of refused, where going back by itself is better than staying: a service refuses a schema that it does not know, too. */
  readonly onUnknownSchema: ((why: string) => void) | undefined
}

export function backStages(work: ReleaseWork, {to, image, as, signal, onUnknownSchema}: WayBack): Stage[] {
  const {calls, place, verify} = work
  const {revision} = to
  return [
    {
      name: 'schema',
      title: `works with ${image}`,
      limitMs: LIMITS.schema,
      steps: [
        {
          kind: 'own',
          text: `ask the database whether revision ${revision} (${image}) works with its schema`,
          work: async () => await asked(async () => await checkSchema(calls, place, revision, signal), onUnknownSchema),
        },
      ],
    },
    {
      name: 'back',
      title: `to revision ${revision} (${image})`,
      limitMs: LIMITS.back,
      steps: [
        noteBegun(work, as, image),
        {
          kind: 'program',
          program: HELM,
          args: rollbackArgs(helmPlace(place), revision, {timeoutSeconds: BACK_SECONDS, historyMax: KEPT_REVISIONS}),
          hint: HELM_HINT,
        },
      ],
    },
    verifyStage(verify),
    goodStage(work, image),
  ]
}

export const verifyStage = (verify: readonly Step[]): Stage => ({
  name: 'verified',
  title: 'services rolled out, and in use',
  limitMs: LIMITS.verify,
  steps: verify,
})

export const goodStage = (work: ReleaseWork, image: string): Stage => ({
  name: 'noted',
  title: `${image === '' ? 'this revision' : image} is good`,
  limitMs: LIMITS.note,
  steps: [
    {
      kind: 'own',
      text: `note in the cluster that this revision${image === '' ? '' : ` (${image})`} is good`,
      work: async () => await noteGood(work, image),
    },
  ],
})

/** Before helm has it: whoever finds the revision pending sees whom to ask. */
export const noteBegun = ({calls, place, by, now}: ReleaseWork, revision: number, image: string): Step => ({
  kind: 'own',
  text: `note in the cluster who begins revision ${revision}`,
  work: async () =>
    await writeNote(calls, place, revision, () => ({
      image,
      begun_at: new Date(now()).toISOString(),
      by,
      updated_at: null,
      verified_at: null,
      failure: null,
    })),
})

/** The revision that is there now was seen to work: a later failure may come back to it. @throws CliError */
export async function noteGood({calls, place, by, now}: Omit<ReleaseWork, 'verify'>, image: string): Promise<void> {
  const {revisions} = await readHistory(calls, place)
  const last = revisions.at(-1)
  if (last === undefined) return
  const at = new Date(now()).toISOString()
  const known = image === '' ? (imageIn(await manifestOf(calls, place, last.revision)) ?? '') : image
  await writeNote(calls, place, last.revision, (before) => ({
    ...(before ?? {begun_at: at, by}),
    image: known,
    updated_at: new Date(last.updatedAt).toISOString(),
    verified_at: at,
    failure: null,
  }))
}

async function asked(ask: () => Promise<void>, onUnknown: WayBack['onUnknownSchema']): Promise<void> {
  try {
    await ask()
  } catch (error) {
    if (onUnknown === undefined || !(error instanceof CliError) || error.code !== 'schema_unknown') throw error
    onUnknown(error.message)
  }
}
