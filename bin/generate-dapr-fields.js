// Writes cli/lint/dapr-component-fields.json from a checkout (or the Go module) of dapr/components-contrib:
//   node bin/generate-dapr-fields.js FOLDER VERSION
// Names of fields are facts of the components: those of their metadata.yaml, and those that only their Go structs name.
import {readFile, readdir, writeFile} from 'node:fs/promises'
import {basename, dirname, join} from 'node:path'
import {parseDocument} from 'yaml'

const [folder, version] = process.argv.slice(2)
if (!folder || !version) {
  console.error('usage: node bin/generate-dapr-fields.js FOLDER VERSION')
  process.exit(2)
}

/** Go packages beside the component's own whose structs hold fields of it. */
const SHARED_PACKAGES = {
  'pubsub.kafka': ['common/component/kafka'],
  'bindings.kafka': ['common/component/kafka'],
  'state.postgresql': [
    'common/component/postgresql/v1',
    'common/component/postgresql/interfaces',
    'common/authentication/postgresql',
  ],
  'configuration.postgresql': ['common/authentication/postgresql'],
}
/** What a component with one of the cloud's own ways to authenticate takes besides; its metadata.yaml names only the way. */
const BUILT_IN_PROFILES = {
  azuread: [
    'azureTenantId',
    'azureClientId',
    'azureClientSecret',
    'azureCertificate',
    'azureCertificateFile',
    'azureCertificatePassword',
    'azureEnvironment',
    'azureAuthMethods',
  ],
  aws: ['accessKey', 'secretKey', 'sessionToken', 'region', 'endpoint', 'assumeRoleArn', 'sessionName'],
}
/** Read by the runtime for every component of the kind. */
const FIELDS_OF_KIND = {
  pubsub: ['consumerID', 'concurrencyMode'],
  state: [
    'actorStateStore',
    'keyPrefix',
    'outboxPublishPubsub',
    'outboxPublishTopic',
    'outboxPubsub',
    'outboxDiscardWhenMissingState',
    'primaryEncryptionKey',
    'secondaryEncryptionKey',
  ],
}
/** Read by prefix, so neither named in metadata.yaml nor by a struct. */
const BACK_OFF = [
  'Policy',
  'Duration',
  'InitialInterval',
  'RandomizationFactor',
  'Multiplier',
  'MaxInterval',
  'MaxElapsedTime',
  'MaxRetries',
]
const FIELDS_OF_TYPE = {'pubsub.kafka': BACK_OFF.map((name) => `backOff${name}`)}
const TAG = /mapstructure(?:aliases)?:"([a-zA-Z][\w,]*)"/gu

async function namesInGo(path) {
  const files = (await readdir(path)).filter((name) => name.endsWith('.go') && !name.endsWith('_test.go'))
  const texts = await Promise.all(files.map(async (name) => readFile(join(path, name), 'utf8')))
  return texts.flatMap((text) => [...text.matchAll(TAG)].flatMap((match) => match[1].split(',')))
}

const types = {}
const entries = await readdir(folder, {recursive: true})
for (const path of entries.filter((entry) => basename(entry) === 'metadata.yaml').sort()) {
  const about = parseDocument(await readFile(join(folder, path), 'utf8')).toJS()
  const type = `${about.type === 'middleware' ? 'middleware.http' : about.type}.${about.name}`
  const fields = {}
  const add = (field, optional) => {
    const known = fields[field.name] ?? {}
    fields[field.name] = {
      ...(field.required && !optional && known.required !== false ? {required: true} : {}),
      ...(field.sensitive ? {secret: true} : {}),
      ...(['number', 'bool', 'duration'].includes(field.type) ? {type: field.type} : {}),
      ...(field.allowedValues && !optional ? {allowed: field.allowedValues.map(String)} : {}),
    }
  }
  const profiles = [...(about.authenticationProfiles ?? []), ...(about.builtinAuthenticationProfiles ?? [])]
  for (const profile of profiles) for (const field of profile.metadata ?? []) add(field, true)
  for (const field of about.metadata ?? []) add(field, false)
  for (const from of [dirname(path), ...(SHARED_PACKAGES[type] ?? [])]) {
    const names = await namesInGo(join(folder, from)).catch(() => [])
    for (const name of names.filter((entry) => entry !== 'squash' && entry !== 'remain' && entry !== 'omitempty')) {
      if (Object.keys(fields).every((known) => known.toLowerCase() !== name.toLowerCase())) fields[name] = {}
    }
  }
  const builtIn = (about.builtinAuthenticationProfiles ?? []).flatMap(({name}) => BUILT_IN_PROFILES[name] ?? [])
  for (const name of [...builtIn, ...(FIELDS_OF_KIND[about.type] ?? []), ...(FIELDS_OF_TYPE[type] ?? [])])
    fields[name] ??= {}
  types[type] ??= {}
  types[type][about.version] = {
    ...(about.status === 'deprecated' ? {deprecated: true} : {}),
    // In the order of their names, so that a new version differs only where it is different.
    fields: Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))),
  }
}
const target = new URL('../cli/lint/dapr-component-fields.json', import.meta.url)
await writeFile(target, `${JSON.stringify({components_contrib: version, types}, null, 1)}\n`)
console.log(`${Object.keys(types).length} component types of ${version}`)
