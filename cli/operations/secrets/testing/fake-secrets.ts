import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {SERVICE_NAMES} from '../../../../services/contracts/service-names.ts'
import {strictCluster} from '../../../tools/fake/programs.ts'
import {fakeAz, fakeGcloud, fakeOci} from '../../../tools/fake/vault-programs.ts'
import type {TestMachine} from '../../../toolchain/testing/test-machine.ts'
import {missingSecrets} from '../../cluster/minikube-secrets.ts'

type Text = Record<string, string>

export interface SecretsState {
  /** What every clock there says, ISO. */
  now: string
  secrets: Record<string, {values: Text; at: string; version: number}>
  /** The provider of the SecretStore; null: External Secrets is not there. */
  provider: object | null
  prefix: string
  /** Names of the ExternalSecrets. */
  externals: string[]
  /** Secrets that External Secrets cannot bring. */
  stuck: string[]
  vault: Record<string, {text: string; at: string}>
  /** Of Secret Manager: made, and still empty. */
  places: string[]
  /** Starts of pods, by workload. */
  pods: Text
  /** Each Secret of chat-api as its pods have it, at each restart. */
  seen: Text[]
  vaultAway: boolean
  away: boolean
}

const YESTERDAY = '2026-11-19T08:00:00Z'

/** A kubectl, and the programs of the three clouds, which share a small cluster and a vault. */
export class FakeSecrets {
  readonly #file: string

  private constructor(file: string) {
    this.#file = file
  }

  static async on(machine: TestMachine, state: Partial<SecretsState> = {}): Promise<FakeSecrets> {
    const file = join(machine.root, 'secrets.json')
    const full: SecretsState = {
      now: '2026-11-20T09:00:00Z',
      secrets: ofMinikube(),
      provider: null,
      prefix: '',
      externals: [],
      stuck: [],
      vault: {},
      places: [],
      pods: Object.fromEntries(SERVICE_NAMES.map((name) => [name, '2026-11-19T09:00:00Z'])),
      seen: [],
      vaultAway: false,
      away: false,
      ...state,
    }
    await writeFile(file, JSON.stringify(full))
    await machine.program('kubectl', strictCluster('kubectl', kubectl(file)))
    await machine.program('gcloud', fakeGcloud(file))
    await machine.program('az', fakeAz(file))
    await machine.program('oci', fakeOci(file))
    return new FakeSecrets(file)
  }

  async state(): Promise<SecretsState> {
    return JSON.parse(await readFile(this.#file, 'utf8')) as SecretsState
  }
}

const ofMinikube = (): SecretsState['secrets'] =>
  Object.fromEntries(
    [...missingSecrets(new Map())].map(([name, values]) => [name, {values: {...values}, at: YESTERDAY, version: 1}]),
  )

/** The Secrets of a cloud, each in its vault too. */
export function ofCloud(provider: object, prefix = ''): Partial<SecretsState> {
  const secrets = ofMinikube()
  delete secrets['postgresql']
  secrets['kafka'] = {
    values: {brokers: 'seed.any.eu.mpx.prd.cloud.redpanda.com:9092', username: 'todo5', password: 'Kafka-planted-1'},
    at: YESTERDAY,
    version: 1,
  }
  const vault = Object.fromEntries(
    Object.entries(secrets).map(([name, {values}]) => [
      `${prefix}${name}`,
      {text: JSON.stringify(values), at: YESTERDAY},
    ]),
  )
  return {provider, prefix, secrets, vault, externals: Object.keys(secrets)}
}

const kubectl = (file: string): string => `
const file = ${JSON.stringify(file)}
const state = JSON.parse(fs.readFileSync(file, 'utf8'))
const save = () => { fs.writeFileSync(file + process.pid, JSON.stringify(state)); fs.renameSync(file + process.pid, file) }
const value = (name) => argv.find((word) => word.startsWith('--' + name + '='))?.slice(name.length + 3)
const end = (stderr) => { process.stderr.write(stderr + '\\n'); process.exit(1) }
const print = (object) => process.stdout.write(JSON.stringify(object))
if (state.away) end('Unable to connect to the server: dial tcp 10.0.0.1:443: i/o timeout')
const encoded = (values) => Object.fromEntries(Object.entries(values).map(([key, text]) => [key, Buffer.from(text).toString('base64')]))
// Secrets of another namespace, where they are the vault.
const inVault = state.provider?.kubernetes !== undefined && value('namespace') === state.provider.kubernetes.remoteNamespace
const stored = (name) => {
  if (!inVault) return state.secrets[name]
  const found = state.vault[name]
  return found && {values: JSON.parse(found.text), at: found.at, version: found.at}
}
const put = (name, values) => {
  if (!inVault) return putInCluster(name, values)
  state.vault[name] = {text: JSON.stringify(values), at: state.now}
  save()
}
const putInCluster = (name, values) => { state.secrets[name] = {values, at: state.now, version: (state.secrets[name]?.version ?? 0) + 1}; save() }
const privateFile = (path) => {
  if ((fs.statSync(path).mode & 0o077) !== 0) end('others may read ' + path)
  return JSON.parse(fs.readFileSync(path, 'utf8'))
}
if (argv[1] === 'secrets') {
  const names = argv.slice(2).filter((word) => !word.startsWith('-') && stored(word))
  const items = names.map((name) => ({
    kind: 'Secret',
    metadata: {name, resourceVersion: String(stored(name).version), creationTimestamp: '2026-11-01T00:00:00Z', managedFields: [{time: stored(name).at}]},
    data: encoded(stored(name).values),
  }))
  if (items.length === 1) print(items[0])
  else if (items.length > 1) print({kind: 'List', items})
} else if (argv[1].startsWith('externalsecrets')) {
  if (argv[0] === 'annotate') {
    const found = state.vault[state.prefix + argv[2]]
    if (found && !state.stuck.includes(argv[2])) put(argv[2], JSON.parse(found.text))
  } else if (state.provider === null) end('error: the server doesn\\'t have a resource type "externalsecrets"')
  else print({items: [
    {kind: 'SecretStore', metadata: {name: 'vault'}, spec: {provider: state.provider}},
    ...state.externals.map((name) => {
      const remote = state.prefix + name
      const bad = state.stuck.includes(name)
      return {
        kind: 'ExternalSecret', metadata: {name},
        spec: {secretStoreRef: {name: 'vault'}, target: {name}, dataFrom: [{extract: {key: remote}}]},
        status: {refreshTime: state.secrets[name]?.at ?? null, conditions: [{type: 'Ready', status: bad ? 'False' : 'True', message: bad ? 'could not get secret data from provider' : ''}]},
      }
    }),
  ]})
} else if (argv[1] === 'deployments,statefulsets,pods') {
  print({items: Object.entries(state.pods).flatMap(([name, startTime]) => [
    {kind: 'Deployment', metadata: {name}},
    {kind: 'Pod', metadata: {name: name + '-1', labels: {'app.kubernetes.io/name': name}}, status: {startTime}},
  ])})
} else if (argv[0] === 'create') {
  const object = privateFile(value('filename'))
  put(object.metadata.name, object.stringData)
} else if (argv[0] === 'patch') {
  const {metadata, data} = privateFile(value('patch-file'))
  const old = stored(argv[2])
  if (metadata.resourceVersion !== String(old.version)) end('Error from server (Conflict): the object has been modified')
  const values = {...old.values}
  for (const [key, text] of Object.entries(data)) {
    if (text === null) delete values[key]
    else values[key] = Buffer.from(text, 'base64').toString()
  }
  put(argv[2], values)
} else if (argv[0] === 'rollout' && argv[1] === 'restart') {
  const name = argv[2].split('/')[1]
  state.pods[name] = state.now
  if (name === 'chat-api') state.seen.push(state.secrets['chat-api'].values)
  save()
}
`
