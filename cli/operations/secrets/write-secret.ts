import {setTimeout as delay} from 'node:timers/promises'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {forceSyncArgs, type Reader, restartArgs, rolledOutArgs} from '../../tools/kubectl-secrets.ts'
import type {FoundSecret} from './cluster-secrets.ts'
import {type Changes, createSecret, patchSecret, readNamed, type Values} from './namespace-secrets.ts'
import type {SecretCalls} from './secret-calls.ts'

const SYNC_LIMIT_MS = 120_000
const POLL_MS = 1000
const LOOKS_A_SYNC = 15
const ROLLOUT_SECONDS = 300

export const mergedWith = (values: Values, changes: Changes): Values =>
  Object.fromEntries(
    Object.entries({...values, ...changes}).filter((entry): entry is [string, string] => entry[1] !== null),
  )

/**
 * Writes keys of a Secret where it is kept: in the vault, which the cluster then gets it from, or in the cluster. The
 * others stay. Comes back when the Secret in the cluster has them.
 * @throws CliError `not_synced` (exit 7) when the operator did not bring it in time: it does so later
 */
export async function writeSecret(
  {entry, secret, external}: FoundSecret,
  changes: Changes,
  calls: SecretCalls,
): Promise<void> {
  const {place, signal} = calls
  calls.hide(...Object.values(changes).filter((value) => value !== null))
  if (external === undefined) {
    if (secret === undefined) await createSecret(entry.name, mergedWith({}, changes), calls)
    else await patchSecret(secret, changes, calls)
    return
  }
  const {vault, remote, name} = external
  await vault.write(remote, mergedWith((await vault.read(remote)) ?? {}, changes))
  const deadline = performance.now() + SYNC_LIMIT_MS
  for (let look = 0; ; look++) {
    // Again now and then: a vault may still show the version before when it is asked at once.
    if (look % LOOKS_A_SYNC === 0) await calls.kubectl(forceSyncArgs(name, `${Date.now()}`, place))
    const now = (await readNamed(calls, [entry.name])).get(entry.name)?.values ?? {}
    if (Object.entries(changes).every(([key, value]) => (now[key] ?? null) === value)) return
    if (performance.now() > deadline) throw notSynced(entry.name, calls)
    await delay(POLL_MS, undefined, {signal})
  }
}

const notSynced = (name: string, {place}: SecretCalls): CliError =>
  new CliError(`It is in the vault, but External Secrets has not brought it into the cluster within 2 minutes.`, {
    code: 'not_synced',
    exit: EXIT.notFinished,
    hints: [
      `kubectl describe externalsecret ${name} --namespace ${place.namespace} --context ${place.kubeContext}        says why`,
    ],
  })

/** One after the other, each by a rollout: the old pods serve until the new ones are ready. */
export async function restart(
  readers: readonly Reader[],
  calls: SecretCalls,
  onRestart: (name: string) => void,
): Promise<void> {
  const {place} = calls
  for (const {workload} of readers) await calls.kubectl(restartArgs(workload, place))
  for (const {name, workload} of readers) {
    await calls.kubectl(rolledOutArgs(workload, place, ROLLOUT_SECONDS), {timeoutMs: (ROLLOUT_SECONDS + 20) * 1000})
    onRestart(name)
  }
}
