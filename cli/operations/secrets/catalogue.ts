import {SERVICE_NAMES, type ServiceName} from '../../../services/contracts/service-names.ts'

/** What a value has to be. */
export type SecretKind =
  | 'database_url'
  /** Not by a pooler: of migrations and of the state store. */
  | 'direct_database_url'
  | 'smtp_url'
  | 'random'
  | 'brokers'
  | 'text'
  | 'pem'

export interface SecretKey {
  readonly key: string
  readonly kind: SecretKind
  readonly needed: boolean
  /** Of random values and texts, in characters. */
  readonly least: number
}

export interface SecretEntry {
  /** Of the Secret of Kubernetes, and of the secret in a vault. */
  readonly name: string
  readonly keys: readonly SecretKey[]
  /** Workloads that get it when they start. */
  readonly readBy: readonly string[]
  /** Whether todo5 does without it where it is not there. */
  readonly optional: boolean
}

const key = (name: string, kind: SecretKind, more: Partial<SecretKey> = {}): SecretKey => ({
  key: name,
  kind,
  needed: true,
  least: 1,
  ...more,
})

/** Of the keys that a service has besides DATABASE_URL and token; test/… holds them to the variables of the services. */
const OWN_KEYS: Partial<Record<ServiceName, readonly SecretKey[]>> = {
  'notification-service': [
    key('SMTP_URL', 'smtp_url'),
    key('SMTP_PASSWORD', 'text', {needed: false}),
    key('PUSH_SECRET', 'random', {needed: false, least: 32}),
  ],
  'chat-api': [
    key('BETTER_AUTH_SECRET', 'random', {least: 32}),
    key('BETTER_AUTH_SECRET_NEXT', 'random', {needed: false, least: 32}),
    key('BETTER_AUTH_SECRET_PREVIOUS', 'random', {needed: false, least: 32}),
    key('MODEL_KEY', 'text', {needed: false}),
  ],
}

/** All that docs/kubernetes.md lists, in the order in which they are shown. */
export const SECRETS: readonly SecretEntry[] = [
  ...SERVICE_NAMES.map((name) => ({
    name,
    keys: [key('DATABASE_URL', 'database_url'), key('token', 'random', {least: 16}), ...(OWN_KEYS[name] ?? [])],
    // The mailbox of Minikube shows itself to chat-api by its token.
    readBy: name === 'chat-api' ? [name, 'mailbox'] : [name],
    optional: false,
  })),
  {name: 'migrate', keys: [key('DATABASE_URL', 'direct_database_url')], readBy: [], optional: false},
  {
    name: 'statestore-postgresql',
    keys: [key('connectionString', 'direct_database_url')],
    readBy: ['chat-api'],
    optional: false,
  },
  {name: 'postgresql', keys: [key('password', 'text')], readBy: [], optional: true},
  {
    name: 'kafka',
    keys: [key('brokers', 'brokers'), key('username', 'text'), key('password', 'text')],
    readBy: [...SERVICE_NAMES],
    optional: true,
  },
  {name: 'todo5-cluster-ca-cert', keys: [key('ca.crt', 'pem')], readBy: [], optional: true},
]

export interface NamedSecret {
  readonly entry: SecretEntry
  readonly key: SecretKey
}

/** `SECRET/KEY`; SECRET alone where it has one key, KEY alone where one Secret has it. Undefined: there is no such one. */
export function findSecret(name: string): NamedSecret | undefined {
  const [first = '', ...rest] = name.split('/')
  const named = SECRETS.flatMap((entry) => entry.keys.map((one) => ({entry, key: one})))
  const found =
    rest.length > 0
      ? named.filter(({entry, key: {key: own}}) => entry.name === first && own === rest.join('/'))
      : named.filter(({entry, key: {key: own}}) => own === first || (entry.name === first && entry.keys.length === 1))
  return found.length === 1 ? found[0] : undefined
}

export const nameOf = ({entry, key: {key: own}}: NamedSecret): string => `${entry.name}/${own}`

/** All that can be named. */
export const secretNames = (): string[] =>
  SECRETS.flatMap((entry) => entry.keys.map((one) => nameOf({entry, key: one})))
