import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parseAllDocuments} from 'yaml'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {cloudPlace, CLOUD_TARGETS} from '../../cli/operations/cloud/cloud-place.ts'
import {daprValues, madeFile, writeMadeValues} from '../../cli/operations/cloud/cloud-values.ts'
import type {KafkaChoice} from '../../cli/operations/cloud/cluster-stages.ts'
import {helmValues} from '../../cli/operations/helm-values.ts'
import {lintDapr} from '../../cli/operations/lint-dapr.ts'
import {placeholderValues, renderDapr} from '../../cli/operations/render-dapr.ts'
import {chart, helm, namesOf, ofKind, type Rendered} from './helm.ts'

const ROOT = join(import.meta.dirname, '../..')
type Target = (typeof CLOUD_TARGETS)[number]

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'todo5-clouds-'))))
afterAll(async () => await rm(folder, {recursive: true}))

const objectsOf = (text: string): Rendered[] =>
  parseAllDocuments(text)
    .map((document) => document.toJS())
    .filter((object) => object !== null)

/** What `todo5 deploy` installs in a cloud, as far as no account is needed to know it. */
async function deployed(
  target: Target,
  kafka: KafkaChoice,
): Promise<{objects: Rendered[]; files: Awaited<ReturnType<typeof renderDapr>>}> {
  const place = cloudPlace({target, environment: 'production'}, {config: folder, state: folder})
  await writeMadeValues({place, root: ROOT, kafka, folder, files: []}, undefined)
  const files = await renderDapr({
    target,
    values: {...(await placeholderValues(target)), saslMechanism: 'SHA-256', ...daprValues(kafka)},
  })
  const dapr = join(folder, 'dapr.yaml')
  await writeFile(dapr, helmValues(files))
  const values = [chart(`todo5/${target}.yaml`), madeFile(folder), dapr].flatMap((file) => ['--values', file])
  const {exitCode, all} = await helm('template', 'todo5', chart('todo5'), '--namespace', 'todo5', ...values)
  if (exitCode !== 0) throw new Error(all)
  return {objects: objectsOf(all), files}
}

const envOf = (objects: readonly Rendered[], kind: string, name: string): Map<string, Rendered> => {
  const object = objects.find((one) => one.kind === kind && one.metadata.name === name)
  const {containers} = (object.template ?? object.spec.template).spec
  return new Map(containers[0].env.map((one: Rendered) => [one.name, one]))
}
const secretOf = (env: Map<string, Rendered>, name: string): string => {
  const {name: secret, key} = env.get(name).valueFrom.secretKeyRef
  return `${secret}/${key}`
}

describe.each(CLOUD_TARGETS)('%s', (target) => {
  test.each([
    ['elsewhere', 'SHA-256', ''],
    ['strimzi', 'SHA-512', 'todo5-cluster-ca-cert'],
  ] as const)('Kafka %s: sidecars, commands and brokers speak of the same way in', async (kafka, sha, authority) => {
    const {objects, files} = await deployed(target, kafka)
    const components = ofKind(objects, 'Component').filter(({spec}) => spec.type === 'pubsub.kafka')
    expect(namesOf(components)).toContain('pubsub-kafka')
    for (const {spec} of components) {
      const metadata = new Map<string, Rendered>(spec.metadata.map((one: Rendered) => [one.name, one]))
      // Anything else Dapr takes for a password in the open; kafkajs and Kafka call the same SCRAM-SHA-….
      expect(metadata.get('saslMechanism').value).toBe(sha)
      expect(metadata.get('authType').value).toBe('password')
      const from = ['brokers', 'saslUsername', 'saslPassword'].map((name) => {
        const {name: secret, key} = metadata.get(name).secretKeyRef
        return `${secret}/${key}`
      })
      expect(from).toEqual(['kafka/brokers', 'kafka/username', 'kafka/password'])
      expect(metadata.get('caCert')?.secretKeyRef).toEqual(
        authority === '' ? undefined : {name: authority, key: 'ca.crt'},
      )
    }
    const env = envOf(objects, 'PodTemplate', 'operate-stream')
    expect(env.get('KAFKA_SASL_MECHANISM').value).toBe(`SCRAM-${sha}`)
    expect(['KAFKA_BROKERS', 'KAFKA_USERNAME', 'KAFKA_PASSWORD'].map((name) => secretOf(env, name))).toEqual([
      'kafka/brokers',
      'kafka/username',
      'kafka/password',
    ])
    expect(env.has('NODE_EXTRA_CA_CERTS')).toBe(authority !== '')
    expect(lintDapr(files, []).errors).toBe(0)
  })

  test('its logs have the fields of its collector, those of the jobs too', async () => {
    const format = {oke: 'oci', aks: 'azure', gke: 'google'}[target]
    const {objects} = await deployed(target, 'elsewhere')
    for (const [kind, name] of [
      ...namesOf(ofKind(objects, 'Deployment')).map((one) => ['Deployment', one] as const),
      ['Job', 'migrate'] as const,
    ])
      expect(envOf(objects, kind, name).get('LOG_FORMAT')).toEqual({name: 'LOG_FORMAT', value: format})
  })
})

test('the brokers of Strimzi want what is said of them, and have an exporter', async () => {
  const strimzi = objectsOf(await readFile(join(ROOT, 'templates/kafka/strimzi.yaml'), 'utf8'))
  const [{spec: brokers}] = ofKind(strimzi, 'Kafka')
  expect(brokers.kafka.listeners[0]).toMatchObject({port: 9093, tls: true, authentication: {type: 'scram-sha-512'}})
  expect(brokers.kafkaExporter).toBeDefined()
})

test('the name that Kafka has for it would be a password in the open to Dapr, and is refused', async () => {
  const wrong = renderDapr({
    target: 'oke',
    values: {...(await placeholderValues('oke')), saslMechanism: 'SCRAM-SHA-256'},
  })
  await expect(wrong).rejects.toThrow(/saslMechanism/u)
})
