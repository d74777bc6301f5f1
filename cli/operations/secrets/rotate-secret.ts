import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {nameOf, type NamedSecret} from './catalogue.ts'
import type {SecretCalls} from './secret-calls.ts'
import {generated, planSet, readersOf, restartSteps, type SecretPlan, type SetSecret, writeSteps} from './set-secret.ts'
import {findSecrets} from './cluster-secrets.ts'
import {type Changes, restart, writeSecret} from './write-secret.ts'

const SESSIONS = 'chat-api/BETTER_AUTH_SECRET'

/** Why todo5 does not make a new one by itself, and what to do. */
function refusal(named: NamedSecret): CliError | undefined {
  const name = nameOf(named)
  const {kind, key} = named.key
  const refused = (message: string, ...hints: string[]): CliError =>
    new CliError(message, {code: 'not_rotated', exit: EXIT.refused, hints})
  if (key === 'token' || name === SESSIONS) return undefined
  if (key === 'PUSH_SECRET') {
    return refused(
      'With another PUSH_SECRET every device would have to turn on push again.',
      `todo5 secret set ${name} --generate        does so all the same`,
    )
  }
  if (key.startsWith('BETTER_AUTH_SECRET_')) {
    return refused(`${key} belongs to a change of BETTER_AUTH_SECRET.`, `todo5 secret rotate ${SESSIONS}`)
  }
  if (kind === 'database_url') {
    return refused(
      `A login of the database cannot have two passwords, so ${name} gets a login of another name.`,
      `todo5 secret set ${name}        with a URL of a new login and password`,
      'todo5 deploy TARGET        then makes that login',
    )
  }
  return refused(`${name} is given by somebody else, so todo5 cannot make a new one.`, `todo5 secret set ${name}`)
}

/** What is written and restarted, in order, one phase after the other. */
interface Phase {
  readonly changes: (values: Readonly<Record<string, string>>, made: string) => Changes
  readonly about: string
}

/**
 * Pods with the old one and with the new one run beside each other during a rollout, and each has to accept what the other
 * has signed: so first all learn it, and then they use it.
 */
const SESSION_PHASES: readonly Phase[] = [
  {
    about: 'as the next one, which is accepted and not used yet',
    changes: (_values, made) => ({BETTER_AUTH_SECRET_NEXT: made}),
  },
  {
    about: 'in use; the one before is accepted until its sessions have ended, 30 days',
    changes: (values, made) => ({
      BETTER_AUTH_SECRET: made,
      BETTER_AUTH_SECRET_NEXT: null,
      BETTER_AUTH_SECRET_PREVIOUS: values['BETTER_AUTH_SECRET'] ?? null,
    }),
  },
]

/** Service and sidecar get it together, at the start of their pod, and nobody else has it. */
const TOKEN_PHASES = (key: string): readonly Phase[] => [{about: 'in use', changes: (_values, made) => ({[key]: made})}]

const phasesOf = (named: NamedSecret): readonly Phase[] =>
  nameOf(named) === SESSIONS ? SESSION_PHASES : TOKEN_PHASES(named.key.key)

/** @throws CliError `unknown_secret` (exit 3), `not_rotated` (4) */
export async function planRotate(name: string, calls: SecretCalls): Promise<SecretPlan> {
  const plan = await planSet(name, true, calls)
  const {named, found} = plan
  const refused = refusal(named)
  if (refused) throw refused
  const steps = phasesOf(named).flatMap(({about}) => [
    ...writeSteps(named, found, calls).map((step, index) => (index === 0 ? `${step}, ${about}` : step)),
    ...restartSteps(readersOf(plan)),
  ])
  return {...plan, steps}
}

export async function rotateSecret(
  {named}: SecretPlan,
  {calls, onRestart}: {calls: SecretCalls; onRestart: (name: string) => void},
): Promise<SetSecret> {
  const look = async () => (await findSecrets(calls)).find(({entry}) => entry === named.entry)!
  let found = await look()
  // A change that was broken off is finished with the secret that some pods have learned already.
  const begun = nameOf(named) === SESSIONS ? found.secret?.values['BETTER_AUTH_SECRET_NEXT'] : undefined
  const made = begun ?? generated()
  calls.hide(made)
  for (const {changes} of phasesOf(named)) {
    await writeSecret(found, changes(found.secret?.values ?? {}, made), calls)
    await restart(readersOf({named, found}), calls, onRestart)
    found = await look()
  }
  return {
    name: nameOf(named),
    source: found.external?.vault.kind ?? 'cluster',
    restarted: readersOf({named, found}).map(({name}) => name),
    deploy_needed: false,
  }
}
