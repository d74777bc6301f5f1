/**
 * Fakes of the clouds' own programs, as far as todo5 asks them for secrets: they know the flags of the real ones (OCI CLI
 * 3.95, Azure CLI 2.91, Google Cloud CLI 528), and keep what they are given in a file.
 */
import {strict} from './programs.ts'

const OCI_FLAGS = {
  'secrets secret-bundle get-secret-bundle-by-name': ['--secret-name', '--vault-id', '--region'],
  'vault secret list': ['--compartment-id', '--vault-id', '--name', '--region'],
  'vault secret update-base64': ['--secret-id', '--from-json', '--force', '--region'],
  'vault secret create-base64': [
    '--compartment-id',
    '--vault-id',
    '--key-id',
    '--secret-name',
    '--from-json',
    '--region',
  ],
} as const
const AZ_FLAGS = {
  'keyvault secret show': ['--vault-name', '--name', '--output'],
  'keyvault secret set': ['--vault-name', '--name', '--file', '--encoding', '--output'],
} as const
const GCLOUD_FLAGS = {
  'secrets versions access latest': ['--secret', '--project'],
  'secrets versions list': ['--project', '--filter', '--sort-by', '--limit', '--format'],
  'secrets versions add': ['--data-file', '--project', '--quiet'],
  'secrets create': ['--replication-policy', '--project', '--quiet'],
} as const

/** `vault` of the state file: by name, the text and when it was written. */
const head = (file: string): string => `
const state = JSON.parse(fs.readFileSync(${JSON.stringify(file)}, 'utf8'))
const save = () => fs.writeFileSync(${JSON.stringify(file)}, JSON.stringify(state))
const value = (flag) => {
  const at = argv.findIndex((word) => word === flag || word.startsWith(flag + '='))
  return argv[at].includes('=') ? argv[at].slice(flag.length + 1) : argv[at + 1]
}
const end = (stderr) => { process.stderr.write(stderr + '\\n'); process.exit(1) }
const print = (object) => process.stdout.write(JSON.stringify(object))
const write = (name, text) => { state.vault[name] = {text, at: state.now}; save() }
const secretFile = (path) => {
  if ((fs.statSync(path).mode & 0o077) !== 0) end('others may read ' + path)
  return fs.readFileSync(path, 'utf8')
}
if (state.vaultAway) end('not signed in, said while it had ' + (Object.values(state.vault)[0]?.text ?? ''))
`

export const fakeOci = (file: string): string => `${strict('oci', OCI_FLAGS)}${head(file)}
const missing = () => end('ServiceError: {"code": "NotAuthorizedOrNotFound", "status": 404}')
const content = () => Buffer.from(JSON.parse(secretFile(value('--from-json').replace('file://', ''))).secretContentContent, 'base64').toString()
if (argv[0] === 'secrets') {
  const found = state.vault[value('--secret-name')] ?? missing()
  print({data: {'secret-bundle-content': {'content-type': 'BASE64', content: Buffer.from(found.text).toString('base64')}, 'time-created': found.at}})
} else if (argv[2] === 'list') {
  const name = value('--name')
  if (state.vault[name]) print({data: [{id: 'ocid1.vaultsecret.' + name, 'lifecycle-state': 'ACTIVE'}]})
} else if (argv[2] === 'update-base64') write(value('--secret-id').replace('ocid1.vaultsecret.', ''), content())
else write(value('--secret-name'), content())
`

export const fakeAz = (file: string): string => `${strict('az', AZ_FLAGS)}${head(file)}
const name = value('--name')
if (argv[2] === 'set') write(name, secretFile(value('--file')))
else {
  const found = state.vault[name] ?? end('ERROR: (SecretNotFound) A secret with (name/id) ' + name + ' was not found in this key vault.')
  print({value: found.text, attributes: {created: found.at, enabled: true}, id: 'https://x.vault.azure.net/secrets/' + name})
}
`

export const fakeGcloud = (file: string): string => `${strict('gcloud', GCLOUD_FLAGS)}${head(file)}
const missing = (name) => end('ERROR: (gcloud.secrets) NOT_FOUND: Secret [' + name + '] not found or has no versions.')
if (argv[1] === 'create') { state.places.push(argv[2]); save() }
else if (argv[2] === 'access') process.stdout.write((state.vault[value('--secret')] ?? missing(value('--secret'))).text)
else if (argv[2] === 'list') print(state.vault[argv[3]] ? [{createTime: state.vault[argv[3]].at, state: 'ENABLED'}] : [])
else {
  if (!state.vault[argv[3]] && !state.places.includes(argv[3])) missing(argv[3])
  write(argv[3], fs.readFileSync(0, 'utf8'))
}
`
