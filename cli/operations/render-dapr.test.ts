import {mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parse} from 'yaml'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {subscribingComponent} from '../../services/process/component-names.ts'
import {deadLetterTopic} from '../../services/domain/events/dead-letter.ts'
import {TOPICS, type Topic} from '../../services/domain/events/event-types.ts'
import {runCli, transcript} from '../testing/run-cli.ts'
import {DAPR_TARGETS, type DaprTarget} from './dapr-targets.ts'
import {SERVICE_NAMES} from '../../services/contracts/service-names.ts'
import {type RenderedResource, renderDapr} from './render-dapr.ts'

const HOST = {brokers: '127.0.0.1:9092', secretsFile: '/run/secrets.json', nameResolutionFile: '/run/names.db'}
const SETTINGS = Object.entries(HOST).flatMap(([name, value]) => ['--set', `${name}=${value}`])
const render = async (target: DaprTarget): Promise<RenderedResource[]> =>
  await renderDapr({target, values: target === 'host' ? HOST : {}})

interface Component {
  readonly metadata: {readonly name: string; readonly namespace: string}
  readonly spec: {
    readonly type: string
    readonly metadata: {readonly name: string; readonly value?: string; readonly secretKeyRef?: object}[]
  }
  readonly scopes?: string[]
  readonly auth?: {readonly secretStore: string}
}

const componentsOf = (files: readonly RenderedResource[]): Component[] =>
  files.filter(({path}) => path.startsWith('components/')).map(({text}) => parse(text) as Component)
const setting = (component: Component, name: string): string =>
  component.spec.metadata.find((entry) => entry.name === name)?.value ?? ''
/** `a=x,y;b=z` */
const scopes = (text: string): Record<string, string[]> =>
  Object.fromEntries(
    text
      .split(';')
      .filter((part) => part !== '')
      .map((part) => part.split('='))
      .map(([app, topics]) => [app!, topics!.split(',')]),
  )

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'todo5-dapr-'))
})
afterAll(async () => await rm(folder, {recursive: true}))

test.each(['host', 'oke'] as const)('%s, as it is rendered', async (target) => {
  const text = (await render(target)).map(({path, text: resource}) => `# ${path}\n${resource}`).join('---\n')
  await expect(text).toMatchFileSnapshot(`testing/rendered-${target}.yaml`)
})

test.each(DAPR_TARGETS)(
  '%s: the same bytes each time, in the order of the paths, one resource a file',
  async (target) => {
    const files = await render(target)
    expect(await render(target)).toEqual(files)
    const paths = files.map(({path}) => path)
    expect(paths).toEqual(paths.toSorted())
    expect(new Set(paths).size).toBe(paths.length)
    for (const {path, text} of files) {
      const {metadata} = parse(text) as Component
      expect([path, path.endsWith(`/${metadata.name}.yaml`)]).toEqual([path, true])
      expect(text).not.toMatch(/\$\{/u)
    }
  },
)

test.each(DAPR_TARGETS)(
  '%s: only task-service publishes, and every consumer has what its service subscribes',
  async (target) => {
    const pubsubs = componentsOf(await render(target)).filter(({spec}) => spec.type === 'pubsub.kafka')
    const durable = pubsubs.filter(({metadata}) => metadata.name !== 'pubsub-live')
    const publishers = durable.flatMap((component) =>
      Object.entries(scopes(setting(component, 'publishingScopes'))).flatMap(([app, topics]) =>
        topics.map((topic) => `${app} ${topic}`),
      ),
    )
    const readers = durable.flatMap((component) =>
      Object.entries(scopes(setting(component, 'subscriptionScopes'))).flatMap(([app, topics]) =>
        topics.map((topic) => {
          expect([topic, component.metadata.name]).toEqual([topic, subscribingComponent(topic)])
          return `${app} ${topic}`
        }),
      ),
    )
    const reads = {
      'recurring-task-service': ['task-events'],
      'notification-service': ['reminders'],
      'audit-service': TOPICS,
    } as const
    const expected = Object.entries(reads).flatMap(([app, topics]) => topics.map((topic) => `${app} ${topic}`))
    expect(readers.toSorted()).toEqual(expected.toSorted())
    // What a consumer cannot decode goes to the dead letters through its own sidecar.
    const deadLetters = Object.entries(reads).flatMap(([app, topics]) =>
      topics.map((topic: Topic) => `${app} ${deadLetterTopic(topic)}`),
    )
    const all = [...TOPICS, ...TOPICS.map(deadLetterTopic)]
    expect(publishers.toSorted()).toEqual([...all.map((topic) => `task-service ${topic}`), ...deadLetters].toSorted())
    for (const component of pubsubs) {
      // Without a scope of its own an application could use whatever is not protected.
      expect(setting(component, 'protectedTopics')).toBe(setting(component, 'allowedTopics'))
      expect(setting(component, 'allowedTopics')).not.toBe('')
      const named = ['publishingScopes', 'subscriptionScopes'].flatMap((name) =>
        Object.keys(scopes(setting(component, name))),
      )
      expect(new Set(component.scopes)).toEqual(new Set(named))
    }
  },
)

test.each(DAPR_TARGETS)('%s: secrets only by reference, and each application has only its own', async (target) => {
  const files = await render(target)
  for (const {spec, auth} of componentsOf(files)) {
    const secret = spec.metadata.filter(({name}) => /password|connectionString|username/iu.test(name))
    expect(secret.filter(({value}) => value !== undefined)).toEqual([])
    const refers = spec.metadata.some(({secretKeyRef}) => secretKeyRef !== undefined)
    expect(auth !== undefined).toBe(refers)
  }
  for (const app of SERVICE_NAMES) {
    const {spec} = parse(files.find(({path}) => path === `config/todo5-${app}.yaml`)!.text) as {
      spec: {secrets: {scopes: {storeName: string; defaultAccess: string; allowedSecrets?: string[]}[]}}
    }
    expect(spec.secrets.scopes.map(({defaultAccess}) => defaultAccess)).toEqual(spec.secrets.scopes.map(() => 'deny'))
    expect(spec.secrets.scopes.flatMap(({allowedSecrets = []}) => allowedSecrets)).toEqual([app])
  }
})

test.each(DAPR_TARGETS)('%s: chat-api calls the other four, nobody else calls anybody', async (target) => {
  const files = await render(target)
  const callers = SERVICE_NAMES.map((app) => {
    const {spec} = parse(files.find(({path}) => path === `config/todo5-${app}.yaml`)!.text) as {
      spec: {accessControl: {defaultAction: string; policies: {appId: string; defaultAction: string}[]}}
    }
    const {defaultAction, policies} = spec.accessControl
    return [app, defaultAction, ...policies.map((policy) => `${policy.appId} ${policy.defaultAction}`)]
  })
  expect(callers).toEqual([
    ...SERVICE_NAMES.filter((app) => app !== 'chat-api').map((app) => [app, 'deny', 'chat-api deny']),
    ['chat-api', 'deny'],
  ])
})

test('resiliency: deliveries are repeated for ever and every second at least, publishing is not', async () => {
  const {spec} = parse((await render('host')).find(({path}) => path.startsWith('resiliency/'))!.text) as {
    spec: {
      policies: {retries: Record<string, {policy: string; duration: string; maxRetries: number}>}
      targets: {
        apps: Record<string, {timeout?: string; circuitBreaker?: string}>
        components: Record<string, {inbound?: Record<string, string>; outbound?: Record<string, string>}>
      }
    }
  }
  expect(spec.policies.retries['delivery']).toMatchObject({policy: 'constant', duration: '500ms', maxRetries: -1})
  for (const name of ['pubsub-kafka', 'pubsub-kafka-reminders', 'pubsub-kafka-updates']) {
    expect(spec.targets.components[name]).toEqual({inbound: {retry: 'delivery'}})
  }
  expect(spec.targets.components['statestore-postgresql']).toEqual({
    outbound: {timeout: 'state', circuitBreaker: 'state'},
  })
  expect(Object.keys(spec.targets.apps)).toEqual(SERVICE_NAMES.filter((app) => app !== 'chat-api'))
})

test('without spans to send nothing is traced', async () => {
  const text = async (zipkinEndpoint: string): Promise<string> =>
    (await renderDapr({target: 'host', values: {...HOST, zipkinEndpoint}})).find(({path}) =>
      path.startsWith('config/'),
    )!.text
  expect(await text('')).toContain('samplingRate: "0"')
  expect(await text('')).not.toContain('zipkin:')
  expect(await text('http://127.0.0.1:9411/api/v2/spans')).toContain(
    'endpointAddress: http://127.0.0.1:9411/api/v2/spans',
  )
})

test('what is missing, unknown or wrong is told at once', async () => {
  const line = ['dapr', 'render', '--target']
  expect(transcript(await runCli([...line, 'host', '--set', 'nothing=1', '--set', 'samplingRate=2'])))
    .toMatchInlineSnapshot(`
    "| Error: nothing is no value of host; brokers is missing; secretsFile is missing; nameResolutionFile
    |        is missing; samplingRate is not a number from 0 to 1.  [invalid_value, exit 2]
    | Try:   --set brokers=…        Kafka, HOST:PORT[,HOST:PORT]
    |        --set secretsFile=…        file of the secrets, absolute
    |        --set nameResolutionFile=…        file in which the sidecars find each other, absolute
    |        --set samplingRate=…        part of the requests that is traced, 0 to 1
    |        --set zipkinEndpoint=…        where spans go, http://HOST:9411/api/v2/spans; empty for none
    (exit 2)"
  `)
  expect(transcript(await runCli([...line, 'oke', '--set', 'saslMechanism=PLAIN']))).toContain(
    '[invalid_value, exit 2]',
  )
  expect(transcript(await runCli([...line, 'host', '--set', 'brokers']))).toContain('--set brokers is not NAME=VALUE.')
  expect(transcript(await runCli([...line, 'minikube', '--set', 'brokers=$HOME:1']))).toContain('brokers has a $')
  expect(transcript(await runCli([...line, 'local']))).toMatchInlineSnapshot(`
    "| Error: local has no Dapr, all services are one process.  [no_dapr, exit 4]
    | Try:   todo5 up host
    (exit 4)"
  `)
  expect((await runCli(['dapr', 'render'])).code).toBe(2)
  const placed = await runCli([...line, 'minikube', '--namespace', 'tasks'])
  expect(placed.stdout).toContain('value: kafka.tasks.svc.cluster.local:9092')
  expect(placed.stdout.match(/^  namespace: .+$/gmu)).toEqual(
    expect.arrayContaining(Array.from(placed.stdout.matchAll(/^kind: /gmu), () => '  namespace: tasks')),
  )
  expect(placed.stdout).not.toContain('todo5.svc')
  expect(transcript(await runCli([...line, 'minikube', '--namespace', 'A_B']))).toContain('[invalid_value, exit 2]')
  expect(transcript(await runCli([...line, 'host', '--namespace', 'tasks']))).toContain('[flag_of_clusters, exit 2]')
})

test('to a folder, which must hold nothing else that a sidecar would load', async () => {
  const out = join(folder, 'out')
  const line = ['dapr', 'render', '--target', 'host', ...SETTINGS, '--out', out]
  const {code, stdout} = await runCli(line)
  expect([code, stdout.trimEnd().split('\n')]).toEqual([0, (await render('host')).map(({path}) => path)])
  for (const {path, text} of await render('host')) expect(await readFile(join(out, path), 'utf8')).toBe(text)
  const json = JSON.parse((await runCli([...line, '--json'])).stdout)
  expect(json).toEqual({target: 'host', out, resources: await render('host')})
  await writeFile(join(out, 'components', 'old.yaml'), '')
  expect(transcript(await runCli(line))).toContain('components/old.yaml')
  expect((await runCli(line)).code).toBe(4)
  const printed = (await runCli(line.slice(0, -2))).stdout
  expect(printed.split('---\n')).toHaveLength((await render('host')).length)
})
