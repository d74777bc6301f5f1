import {connect} from 'node:net'
import {nameOf, type NamedSecret} from './catalogue.ts'
import {findSecrets, type FoundSecret, isNeeded} from './cluster-secrets.ts'
import type {SecretCalls} from './secret-calls.ts'
import {addressesOf, faultOf, isInCluster} from './well-formed.ts'

export interface CheckedSecret {
  readonly name: string
  readonly ok: boolean
  /** As the end of a sentence; null: nothing. */
  readonly fault: string | null
  /** Whether what it leads to answers; null: not asked, or inside of the cluster. */
  readonly reachable: boolean | null
}

export interface CheckRequest {
  readonly calls: SecretCalls
  readonly reachable: boolean
  readonly now: number
}

/** Each key that is needed, and each of the others that is there. No value is in what comes back. */
export async function checkSecrets({calls, reachable, now}: CheckRequest): Promise<CheckedSecret[]> {
  const found = (await findSecrets(calls)).filter(isNeeded)
  const named = found.flatMap((one) => one.entry.keys.map((key) => ({found: one, named: {entry: one.entry, key}})))
  const looked = named.filter(({found: {secret}, named: {key}}) => key.needed || secret?.values[key.key] !== undefined)
  return await Promise.all(
    looked.map(async ({found: one, named: name}) => {
      const fault = faultIn(one, name, found, now)
      const answers = reachable && fault === undefined ? await doesAnswer(one, name, calls.signal) : null
      const why = fault ?? (answers === false ? 'leads to a place that does not answer' : null)
      return {name: nameOf(name), ok: why === null, fault: why, reachable: answers}
    }),
  )
}

function faultIn(
  {secret, external}: FoundSecret,
  named: NamedSecret,
  all: readonly FoundSecret[],
  now: number,
): string | undefined {
  const value = secret?.values[named.key.key]
  if (secret === undefined)
    return external?.trouble === undefined ? 'is missing' : 'could not be brought from the vault'
  if (value === undefined) return 'is missing'
  return faultOf(named.key, value, now) ?? faultOfStateStore(named, value, all)
}

/** What chat-api keeps by its sidecar belongs to its login. */
function faultOfStateStore({entry}: NamedSecret, value: string, all: readonly FoundSecret[]): string | undefined {
  if (entry.name !== 'statestore-postgresql') return undefined
  const own = all.find((one) => one.entry.name === 'chat-api')?.secret?.values['DATABASE_URL']
  const [here, there] = [URL.parse(value), URL.parse(own ?? '')]
  if (here === null || there === null) return undefined
  return here.username === there.username && here.password === there.password && here.pathname === there.pathname
    ? undefined
    : 'has not the login, password and database of chat-api/DATABASE_URL'
}

const CONNECT_MS = 5000

async function doesAnswer({secret}: FoundSecret, {key}: NamedSecret, signal: AbortSignal): Promise<boolean | null> {
  const addresses = addressesOf(key, secret!.values[key.key]!).filter(({host}) => !isInCluster(host))
  if (addresses.length === 0) return null
  const answers = await Promise.all(addresses.map(async (address) => await canConnect(address, signal)))
  return answers.includes(true)
}

async function canConnect({host, port}: {host: string; port: number}, signal: AbortSignal): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({host, port, signal})
    socket.setTimeout(CONNECT_MS)
    const end = (answers: boolean): void => {
      socket.destroy()
      resolve(answers)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })
}
