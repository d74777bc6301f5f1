import {z} from 'zod'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {harmlessLine} from '../../harmless-text.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import {attachment} from '../../tools/attach-program.ts'
import {type ClusterPlace, commandAt} from '../cluster/cluster-place.ts'
import {runInCluster} from '../in-cluster/run-in-cluster.ts'
import {type Check, judge} from './check.ts'
import {checkClock} from './clock.ts'

const view = z.object({
  at: z.iso.datetime(),
  checks: z.array(
    z.object({
      check: z.string(),
      state: z.enum(['ok', 'warning', 'problem']),
      found: z.string(),
      details: z.array(z.string()),
      next: z.array(z.string()),
    }),
  ),
})

export interface InsideRequest {
  readonly place: ClusterPlace
  readonly area: Check['area']
  readonly toolchain: Toolchain
  readonly person: string
  /** ms since the epoch. */
  readonly clock: () => number
}

/** What only a pod in the cluster can see: it runs the same todo5 there, and is removed. */
export async function doctorInside(request: InsideRequest): Promise<Check[]> {
  const {area} = request
  let checks: Check[] = []
  const clock = await judge(async () => {
    const {found, sample} = await lookInside(request)
    checks = found.checks.map((one) => ({area, ...one}))
    return checkClock(sample, {whose: 'the cluster'})
  })
  return [{area, check: 'clock', ...clock}, ...checks]
}

async function lookInside({place, toolchain, person, clock}: InsideRequest) {
  const {target, flags} = place
  let [stdout, stderr] = ['', '']
  let asked = clock()
  const exitCode = await runInCluster({
    place,
    // It has Kafka and the login of the Task Service.
    kind: 'outbox',
    command: ['__doctor', '--target', target, '--json', ...(flags === undefined ? [] : [`--beside=${flags}`])],
    caller: {person, timeZone: 'UTC', columns: 80, colour: false, unicode: true, accessible: false},
    toolchain,
    attachment: attachment(false, (text) => void (stdout += text)),
    onStderr: (text) => void (stderr += text),
    onReady: async () => void (asked = clock()),
    signal: AbortSignal.timeout(LIMIT_MS),
  })
  const answered = clock()
  if (exitCode !== EXIT.done) throw couldNotLook(place, stderr)
  const found = view.parse(JSON.parse(stdout))
  return {found, sample: {asked, database: Date.parse(found.at), answered}}
}

/** ms, with the start of the pod. */
const LIMIT_MS = 240_000

function couldNotLook(place: ClusterPlace, stderr: string): CliError {
  const said =
    stderr
      .split('\n')
      .map(harmlessLine)
      .find((line) => line.trim() !== '') ?? ''
  return new CliError(`todo5 in the cluster could not look: ${said.replace(/^Error: /u, '')}`, {
    code: 'doctor_failed',
    exit: EXIT.outsideProgram,
    hints: [
      `${commandAt(place, 'deploy')}        brings this version there; an older one does not know how`,
      `kubectl --context ${place.kubeContext} --namespace ${place.namespace} get pods`,
    ],
  })
}
