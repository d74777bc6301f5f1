import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {type ClusterPlace, commandAt} from '../cluster/cluster-place.ts'
import {nameOf, type NamedSecret} from './catalogue.ts'
import {restartCommand, secretCommand} from './secret-command.ts'
import type {SecretCalls} from './secret-calls.ts'
import {generated, planSet, readersOf, restartSteps, type SecretPlan, type SetSecret, writeSteps} from './set-secret.ts'
import {findSecrets} from './cluster-secrets.ts'
import type {Changes} from './namespace-secrets.ts'
import {restart, writeSecret} from './write-secret.ts'

const SESSIONS = 'chat-api/BETTER_AUTH_SECRET'

const STATE_STORE = 'statestore-postgresql/connectionString'

/** Why todo5 does not make a new one by itself, and what to do, in order. */
function refusal(named: NamedSecret, place: ClusterPlace): CliError | undefined {
  const name = nameOf(named)
  const {kind, key} = named.key
  const refused = (message: string, ...hints: string[]): CliError =>
    new CliError(message, {code: 'not_rotated', exit: EXIT.refused, hints})
  if (key === 'token' || name === SESSIONS) return undefined
  if (key === 'PUSH_SECRET') {
    return refused(
      'With another PUSH_SECRET every device would have to turn on push again.',
      `${secretCommand(place, 'set', `${name} --generate`)}        does so all the same`,
    )
  }
  if (key.startsWith('BETTER_AUTH_SECRET_')) {
    return refused(
      `${key} belongs to a change of BETTER_AUTH_SECRET.`,
      `${secretCommand(place, 'rotate', SESSIONS)}        makes that change`,
    )
  }
  if (kind === 'database_url') {
    return refused(
      `A login of the database cannot have two passwords, so ${name} changes to a login of another name, which the database has to have first.`,
      ...newLoginSteps(named, place),
    )
  }
  if (name === STATE_STORE) {
    return refused(
      `${name} has the login and password of chat-api/DATABASE_URL, and changes together with it.`,
      `${secretCommand(place, 'rotate', 'chat-api/DATABASE_URL')}        says how`,
    )
  }
  if (kind === 'direct_database_url') {
    return refused(
      `${name} has the password of who owns the database, so the database has to have a new one first.`,
      'ALTER ROLE … PASSWORD …        in the database, or a new password where you rent it',
      `${secretCommand(place, 'set', name)}        then, with the URL that has it; the next deploy reads it`,
    )
  }
  return refused(
    `${name} is given by somebody else, who has to make a new one first.`,
    `${secretCommand(place, 'set', name)}        then${named.entry.readBy.length > 0 ? '; restarts who reads it' : ''}`,
  )
}

/** The pods go on with the login of before until they are restarted, and both are good until then. */
function newLoginSteps({entry, key: {key}}: NamedSecret, place: ClusterPlace): string[] {
  const set = (more: string): string => secretCommand(place, 'set', more)
  const name = `${entry.name}/${key}`
  const chat = entry.name === 'chat-api'
  return [
    ...(chat ? [`${set(`${STATE_STORE} --no-restart`)}        first, with a URL of a new login and password`] : []),
    `${set(name)}        ${chat ? 'with the same; nothing uses it yet' : 'first, with a URL of a new login and password; nothing uses it yet'}`,
    `${commandAt(place, 'deploy')}        makes that login`,
    `${restartCommand(entry.name, place)}        then; it uses it`,
    `${set(`${name} --restart`)}        does all three, where that login is there already`,
  ]
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
  const refused = refusal(named, calls.place)
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
