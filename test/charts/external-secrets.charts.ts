import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {beforeAll, expect, test} from 'vitest'
import {externalSecretsFaults} from './external-secrets-schemas.ts'
import {chart, helm, namesOf, ofKind, render, type Rendered} from './helm.ts'
import {kubernetesSchemas} from './kubernetes-schemas.ts'

/** As the outputs `vault` of the Terraform modules are. */
const VAULTS = {
  oci: {
    vault: 'ocid1.vault.oc1.eu-frankfurt-1.x',
    key: 'ocid1.key.oc1.x',
    compartment: 'ocid1.compartment.oc1..x',
    region: 'eu-frankfurt-1',
    principalType: 'InstancePrincipal',
  },
  azure: {vaultUrl: 'https://todo5-x.vault.azure.net/', tenantId: 't', clientId: 'c'},
  gcp: {projectID: 'p', serviceAccount: 'todo5-secrets@p.iam.gserviceaccount.com', prefix: 'todo5-production-'},
  kubernetes: {namespace: 'vault'},
} as const
type Store = keyof typeof VAULTS

let faultsOf: Awaited<ReturnType<typeof externalSecretsFaults>>
beforeAll(async () => void (faultsOf = await externalSecretsFaults()))

const rendered = async (store: Store): Promise<Rendered[]> =>
  await render('todo5-secrets', {store, vault: VAULTS[store]})

test.each(Object.keys(VAULTS) as Store[])('the operator knows each field of what is made for %s', async (store) => {
  const objects = await rendered(store)
  const own = objects.filter(({apiVersion}) => apiVersion === 'external-secrets.io/v1')
  expect(own.map((object) => ({name: object.metadata.name, faults: faultsOf(object)}))).toEqual(
    own.map(({metadata}) => ({name: metadata.name, faults: []})),
  )
  const schemas = await kubernetesSchemas()
  const others = objects.filter((object) => !own.includes(object))
  expect(others.map((object) => schemas.faults(object))).toEqual(others.map(() => []))
  expect(others.map(({kind}) => kind)).toEqual(store === 'kubernetes' ? ['ServiceAccount', 'Role', 'RoleBinding'] : [])
})

test('a field that is misspelt, and one that is missing, would be found', async () => {
  const [store, secret] = [
    ofKind(await rendered('oci'), 'SecretStore')[0],
    ofKind(await rendered('oci'), 'ExternalSecret')[0],
  ]
  store.spec.provider.oracle.principaltype = 'Workload'
  delete store.spec.provider.oracle.vault
  expect(faultsOf(store).join('\n')).toMatch(/vault[\s\S]*principaltype|principaltype[\s\S]*vault/u)
  secret.spec.target.creationPolicy = 'Mine'
  expect(faultsOf(secret).join('\n')).toContain('creationPolicy')
})

test('no store is given a key', async () => {
  for (const store of Object.keys(VAULTS) as Store[]) {
    const text = JSON.stringify(ofKind(await rendered(store), 'SecretStore'))
    expect(text).not.toMatch(/secretRef|privatekey|clientSecret|secretAccessKey|bearerToken|clientKey/iu)
  }
})

test('each Secret is made of the secret of its name, whole, and stays when that one is gone', async () => {
  const secrets = ofKind(await rendered('gcp'), 'ExternalSecret')
  for (const {metadata, spec} of secrets) {
    expect(spec).toMatchObject({
      secretStoreRef: {kind: 'SecretStore', name: 'vault'},
      target: {name: metadata.name, creationPolicy: 'Owner', deletionPolicy: 'Retain'},
      dataFrom: [{extract: {key: `todo5-production-${metadata.name}`}}],
    })
  }
  const [oci] = ofKind(await rendered('oci'), 'ExternalSecret')
  expect(oci.spec.dataFrom).toEqual([{extract: {key: oci.metadata.name}}])
})

test('those are made that the services, the jobs and the components read', async () => {
  const made = namesOf(ofKind(await rendered('oci'), 'ExternalSecret'))
  const values = {kafka: {sasl: {mechanism: 'SCRAM-SHA-256', secret: 'kafka', caSecret: ''}}}
  // The key of the Job `verify` is made for one run, by whoever starts it.
  const objects = (await render('todo5', values)).filter(({metadata}) => metadata.name !== 'verify')
  const read = [...JSON.stringify(objects).matchAll(/"secretKeyRef":\{"name":"([^"]+)"/gu)]
  for (const [, name] of read) expect(made).toContain(name)
  for (const file of ['components/statestore-postgresql.yaml', 'environments/oke.yaml']) {
    const text = await readFile(join(import.meta.dirname, '../../dapr', file), 'utf8')
    const named = [...text.matchAll(/secretKeyRef: \{name: ([\w-]+)/gu)].map(([, name]) => name!)
    expect(named.length).toBeGreaterThan(0)
    for (const name of named) expect(made).toContain(name)
  }
  // GKE makes a place for each: a name that is only in one of both lists would be read in vain, or never.
  const terraform = await readFile(join(import.meta.dirname, '../../terraform/gke/variables.tf'), 'utf8')
  const [, list] = /variable "secrets" \{[\s\S]*?default = \[([\s\S]*?)\]/u.exec(terraform)!
  expect([...list!.matchAll(/"([^"]+)"/gu)].map(([, name]) => String(name)).toSorted()).toEqual(made)
})

test('in another namespace only the Secrets that are named may be read', async () => {
  const objects = await rendered('kubernetes')
  const [role] = ofKind(objects, 'Role')
  expect(role.metadata.namespace).toBe('vault')
  expect(role.rules).toEqual([
    {apiGroups: [''], resources: ['secrets'], resourceNames: expect.arrayContaining(['migrate']), verbs: ['get']},
  ])
  expect(role.rules[0].resourceNames).toHaveLength(ofKind(objects, 'ExternalSecret').length)
})

test.each([
  ['no store', {}, /store/u],
  ['a vault of another cloud', {store: 'azure', vault: VAULTS.oci}, /vault/u],
  ['no vault', {store: 'gcp', vault: {}}, /projectID/u],
  ['an interval that is none', {store: 'gcp', vault: VAULTS.gcp, refreshInterval: 'often'}, /refreshInterval/u],
])('%s is refused', async (_name, values, why) => {
  await expect(render('todo5-secrets', values)).rejects.toThrow(why)
})

test('helm finds nothing to criticise', async () => {
  const set = ['--set', 'store=gcp', '--set', 'vault.projectID=p']
  expect(await helm('lint', '--strict', chart('todo5-secrets'), ...set)).toMatchObject({exitCode: 0})
})
