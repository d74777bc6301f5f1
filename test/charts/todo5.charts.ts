import {readdir, readFile} from 'node:fs/promises'
import {Script} from 'node:vm'
import {join} from 'node:path'
import {parse} from 'yaml'
import {beforeAll, describe, expect, test} from 'vitest'
import {helmValues} from '../../cli/operations/helm-values.ts'
import {placeholderValues, renderDapr} from '../../cli/operations/render-dapr.ts'
import {SERVICE_NAMES} from '../../services/contracts/service-names.ts'
import {CHAT_API_VARIABLES} from '../../services/chat-api/config.ts'
import {NOTIFICATION_SERVICE_VARIABLES} from '../../services/notification-service/config.ts'
import {MIGRATE_VARIABLES, SECRET_VARIABLES, SERVICE_VARIABLES} from '../../services/process/variables.ts'
import {TASK_SERVICE_VARIABLES} from '../../services/task-service/config.ts'
import {chart, helm, namesOf, ofKind, render, type Rendered, renderMonitoring} from './helm.ts'

/** Everything that can be switched on. */
const FULL = {
  logFormat: 'google',
  logProject: 'p1',
  publicUrl: 'https://todo.example.org',
  exposure: {kind: 'ingress', host: 'todo.example.org', ingress: {className: 'nginx', tlsSecret: 'tls'}},
  autoscaling: {mode: 'keda'},
  tracing: {zipkinEndpoint: 'http://zipkin.todo5-monitoring:9411/api/v2/spans'},
  chat: {mailboxUrl: 'http://mailbox:3000', model: {url: 'http://model/v1', name: 'm'}, requestsPerMinute: 100},
  monitoring: {enabled: true},
}

let dapr: object[]
let objects: Rendered[]
let full: Rendered[]
beforeAll(async () => {
  const files = await renderDapr({target: 'minikube', values: await placeholderValues('minikube')})
  ;({
    dapr: {resources: dapr},
  } = parse(helmValues(files)) as {dapr: {resources: object[]}})
  objects = await render('todo5', {dapr: {resources: dapr}})
  full = await render('todo5', {...FULL, dapr: {resources: dapr}})
})

const named = (all: readonly Rendered[], kind: string, name: string): Rendered =>
  all.find((object) => object.kind === kind && object.metadata.name === name)
const deployments = () => ofKind(objects, 'Deployment')
const podOf = (workload: Rendered) => (workload.template ?? workload.spec.template).spec
const pods = (all: readonly Rendered[]) =>
  all.filter(({kind}) => ['Deployment', 'Job', 'StatefulSet', 'PodTemplate'].includes(kind)).map(podOf)

test('helm finds nothing to criticise', async () => {
  expect(await helm('lint', '--strict', chart('todo5'), chart('todo5-platform'))).toMatchObject({exitCode: 0})
})

test('there is what there should be, each once', () => {
  const keys = full.map(({kind, metadata}) => `${kind} ${metadata.name}`)
  expect(keys.length).toBe(new Set(keys).size)
  const count = (all: readonly Rendered[]) =>
    Object.fromEntries(
      Object.entries(Object.groupBy(all, ({kind}) => kind)).map(([kind, some]) => [kind, some!.length]),
    )
  expect(count(objects)).toMatchObject({
    Deployment: 5,
    ServiceAccount: 6,
    Role: 5,
    RoleBinding: 5,
    PodDisruptionBudget: 5,
    NetworkPolicy: 12,
    Job: 2,
    PodTemplate: 4,
    Service: 1,
    Component: dapr.filter((object) => (object as {kind: string}).kind === 'Component').length,
    Configuration: 5,
    Resiliency: 1,
  })
  expect(namesOf(deployments())).toEqual([...SERVICE_NAMES].toSorted())
})

describe('a pod', () => {
  test('may do nothing that it need not, and writes nowhere but into its own places', async () => {
    const all = [...pods(full), ...pods(await render('todo5-platform')), ...pods(await renderMonitoring())]
    expect(all.length).toBe(16)
    for (const pod of all) {
      expect(pod.securityContext).toMatchObject({runAsNonRoot: true, seccompProfile: {type: 'RuntimeDefault'}})
      expect(pod.securityContext.runAsUser).toBeGreaterThan(0)
      expect(pod.enableServiceLinks).toBe(false)
      for (const container of pod.containers) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
          capabilities: {drop: ['ALL']},
        })
        expect(container.resources.requests).toHaveProperty('memory')
        expect(container.resources.limits).toHaveProperty('memory')
        expect(container.image).not.toMatch(/:latest$|^[^:@]+$/u)
      }
      expect(pod.hostNetwork ?? pod.hostPID ?? pod.hostIPC).toBeUndefined()
    }
  })

  test('has probes that say nothing about the database; the path that does is for Dapr', () => {
    for (const deployment of deployments()) {
      const [container] = podOf(deployment).containers
      expect(container.livenessProbe.httpGet).toEqual({path: '/livez', port: 'app'})
      expect(container.startupProbe.httpGet).toEqual({path: '/livez', port: 'app'})
      expect(container.readinessProbe.httpGet).toEqual({path: '/readyz', port: 'app'})
      expect(deployment.spec.template.metadata.annotations).toMatchObject({
        'dapr.io/enable-app-health-check': 'true',
        'dapr.io/app-health-check-path': '/healthz',
      })
    }
  })

  test('has a sidecar that knows it, and outlives it', () => {
    for (const deployment of deployments()) {
      const {name} = deployment.metadata
      const annotations = deployment.spec.template.metadata.annotations
      expect(annotations).toMatchObject({
        'dapr.io/enabled': 'true',
        'dapr.io/app-id': name,
        'dapr.io/config': `todo5-${name}`,
        'dapr.io/app-token-secret': name,
        'dapr.io/enable-native-sidecar': 'true',
      })
      for (const value of Object.values(annotations)) expect(typeof value).toBe('string')
      const port = Number(annotations['dapr.io/app-port'])
      const [container] = podOf(deployment).containers
      expect(container.ports).toContainEqual({name: 'app', containerPort: port})
      expect(container.env).toContainEqual({name: 'PORT', value: String(port)})
      // The service drains for 45 s at most.
      const block = Number.parseInt(annotations['dapr.io/block-shutdown-duration'], 10)
      const graceful = Number(annotations['dapr.io/graceful-shutdown-seconds'])
      const grace = podOf(deployment).terminationGracePeriodSeconds
      expect(graceful).toBeGreaterThan(45)
      const {preStop} = container.lifecycle
      // Before that it goes on until whoever asks has learned that it is on its way out: browsers of the edge, whose sidecar
      // outlives it; other sidecars of the rest, whose own leaves first.
      const edge = name === 'chat-api'
      expect(edge ? block > 45 : block < 5).toBe(true)
      expect(edge ? preStop.sleep.seconds > 5 : preStop.exec.command[2].includes('35_000')).toBe(true)
      expect(grace).toBeGreaterThan(edge ? 8 + 45 + graceful : 35 + 50 + 45)
      expect(named(objects, 'Configuration', annotations['dapr.io/config'])).toBeDefined()
    }
  })

  test('whom other sidecars ask, lets its own leave before it ends', () => {
    for (const deployment of deployments().filter(({metadata}) => metadata.name !== 'chat-api')) {
      const [node, flag, script] = podOf(deployment).containers[0].lifecycle.preStop.exec.command
      expect([node, flag, script]).toEqual(['node', '--eval', expect.stringContaining("'shutdown'")])
      expect(() => new Script(script)).not.toThrow()
    }
  })

  test('gets variables that its service knows, and no secret in the open', () => {
    const known = {
      ...SERVICE_VARIABLES,
      ...TASK_SERVICE_VARIABLES,
      ...NOTIFICATION_SERVICE_VARIABLES,
      ...CHAT_API_VARIABLES,
    }
    for (const deployment of ofKind(full, 'Deployment')) {
      for (const {name, value} of podOf(deployment).containers[0].env) {
        expect(Object.keys(known)).toContain(name)
        const secret = SECRET_VARIABLES.includes(name) || name === 'APP_API_TOKEN'
        // Another type than a string is refused by Kubernetes.
        expect([name, typeof value]).toEqual([name, secret || name === 'REPLICA' ? 'undefined' : 'string'])
      }
    }
    const migrate = podOf(named(full, 'Job', 'migrate')).containers[0].env
    for (const {name} of migrate) expect(Object.keys(MIGRATE_VARIABLES)).toContain(name)
    expect(migrate.length).toBe(Object.keys(MIGRATE_VARIABLES).length)
  })

  test('spreads over zones and nodes, gives way one at a time, and never all at once', () => {
    for (const deployment of deployments()) {
      const labels = deployment.spec.template.metadata.labels
      const keys = podOf(deployment).topologySpreadConstraints.map((one: Rendered) => one.topologyKey)
      expect(keys).toEqual(['topology.kubernetes.io/zone', 'kubernetes.io/hostname'])
      const budget = named(objects, 'PodDisruptionBudget', deployment.metadata.name)
      expect(budget.spec.maxUnavailable).toBe(1)
      for (const selector of [deployment.spec.selector, budget.spec.selector])
        expect(labels).toMatchObject(selector.matchLabels)
      expect(deployment.spec.strategy.rollingUpdate.maxUnavailable).toBe(0)
    }
  })
})

test('a service account may read the one Secret of its name', () => {
  for (const name of SERVICE_NAMES) {
    expect(named(objects, 'Role', name).rules).toEqual([
      {apiGroups: [''], resources: ['secrets'], resourceNames: [name], verbs: ['get']},
    ])
    expect(named(objects, 'RoleBinding', name)).toMatchObject({
      roleRef: {kind: 'Role', name},
      subjects: [{kind: 'ServiceAccount', name, namespace: 'todo5'}],
    })
    expect(podOf(named(objects, 'Deployment', name)).serviceAccountName).toBe(name)
  }
  for (const job of ofKind(objects, 'Job')) expect(podOf(job).automountServiceAccountToken).toBe(false)
})

test('a pod for a command of an operator has what that command needs, and ends by itself', async () => {
  const secrets = (all: readonly Rendered[], name: string) =>
    podOf(named(all, 'PodTemplate', name)).containers[0].env.flatMap(({name: variable, valueFrom}: Rendered) =>
      valueFrom ? [`${variable} ${valueFrom.secretKeyRef.name}/${valueFrom.secretKeyRef.key}`] : [],
    )
  expect(secrets(objects, 'operate-stream')).toEqual([])
  expect(secrets(objects, 'operate-outbox')).toEqual(['TODO5_DATABASE_URL task-service/DATABASE_URL'])
  expect(secrets(objects, 'operate-database')).toEqual(['TODO5_DATABASE_URL migrate/DATABASE_URL'])
  const cloud = await render('todo5', {kafka: {sasl: {mechanism: 'SCRAM-SHA-512', caSecret: 'cluster-ca'}}})
  expect(secrets(cloud, 'operate-stream')).toEqual([
    'KAFKA_BROKERS kafka/brokers',
    'KAFKA_USERNAME kafka/username',
    'KAFKA_PASSWORD kafka/password',
  ])
  const pod = podOf(named(cloud, 'PodTemplate', 'operate-stream'))
  expect(pod.containers[0].env).toContainEqual({name: 'NODE_EXTRA_CA_CERTS', value: '/etc/kafka-ca/ca.crt'})
  expect(pod.volumes).toContainEqual({
    name: 'kafka-ca',
    secret: {secretName: 'cluster-ca', items: [{key: 'ca.crt', path: 'ca.crt'}]},
  })
  for (const template of ofKind(objects, 'PodTemplate').filter(({metadata}) => metadata.name !== 'verify')) {
    expect(podOf(template)).toMatchObject({
      automountServiceAccountToken: false,
      restartPolicy: 'Never',
      activeDeadlineSeconds: 14_400,
    })
    expect(template.template.metadata.annotations).toEqual({'dapr.io/enabled': 'false'})
    expect(template.template.metadata.labels).toMatchObject({'app.kubernetes.io/component': 'operate'})
  }
})

test('only the edge has a Service, and only it is exposed', async () => {
  expect(namesOf(ofKind(full, 'Service'))).toEqual(['chat-api'])
  const [ingress] = ofKind(full, 'Ingress')
  expect(ingress.spec.rules[0].http.paths[0].backend.service.name).toBe('chat-api')
  expect(ingress.metadata.annotations['nginx.ingress.kubernetes.io/proxy-buffering']).toBe('off')
  const gateway = await render('todo5', {
    exposure: {kind: 'gateway', host: 'a.b', gateway: {name: 'g', namespace: 'n'}},
  })
  expect(ofKind(gateway, 'Ingress')).toEqual([])
  expect(ofKind(gateway, 'HTTPRoute')[0].spec).toMatchObject({
    parentRefs: [{name: 'g', namespace: 'n'}],
    rules: [{backendRefs: [{name: 'chat-api', port: 80}]}],
  })
})

test('on Minikube its Service has a port of the node, and mail goes to the mailbox', async () => {
  const minikube = await render('todo5', parse(await readFile(chart('todo5/minikube.yaml'), 'utf8')))
  const {type, ports} = named(minikube, 'Service', 'chat-api').spec
  expect([type, ports]).toEqual([
    'NodePort',
    [{name: 'http', port: 80, targetPort: 'public', protocol: 'TCP', nodePort: 30_636}],
  ])
  const {env} = podOf(named(minikube, 'Deployment', 'chat-api')).containers[0]
  expect(env).toContainEqual({name: 'TRUSTED_PROXY_HOPS', value: '0'})
  expect(env).toContainEqual({name: 'MAILBOX_URL', value: 'http://mailbox:3000'})
})

test('jobs run before the release, and one at a time', () => {
  for (const job of ofKind(objects, 'Job')) {
    expect(job.metadata.annotations).toMatchObject({
      'helm.sh/hook': 'pre-install,pre-upgrade',
      'helm.sh/hook-delete-policy': 'before-hook-creation',
    })
    expect(job.spec).toMatchObject({parallelism: 1, completions: 1})
    const policy = named(objects, 'NetworkPolicy', job.metadata.name)
    expect(Number(policy.metadata.annotations['helm.sh/hook-weight'])).toBeLessThan(
      Number(job.metadata.annotations['helm.sh/hook-weight']),
    )
  }
})

test('pods roll when what their sidecar reads changes, and only those', async () => {
  const changed = structuredClone(dapr) as Rendered[]
  const component = changed.find(({kind, scopes}) => kind === 'Component' && scopes?.length === 1)
  component.spec.initTimeout = '99s'
  const other = await render('todo5', {dapr: {resources: changed}})
  const sum = (all: readonly Rendered[], name: string) =>
    named(all, 'Deployment', name).spec.template.metadata.annotations['checksum/dapr']
  for (const name of SERVICE_NAMES) {
    expect([name, sum(objects, name) !== sum(other, name)]).toEqual([name, component.scopes.includes(name)])
  }
})

test('what is given as Dapr resources goes with the release as it is', () => {
  for (const resource of dapr as Rendered[]) {
    const {metadata, ...rest} = named(objects, resource.kind, resource.metadata.name)
    const {metadata: own, ...wanted} = resource
    expect(rest).toEqual(wanted)
    expect(metadata).toMatchObject(own)
  }
})

test('consumers scale by what waits, to a pod for each partition, or by their CPU, or not at all', async () => {
  expect(ofKind(objects, 'HorizontalPodAutoscaler')).toEqual([])
  for (const {spec} of deployments()) expect(spec.replicas).toBe(1)
  const scaled = ofKind(full, 'ScaledObject')
  expect(namesOf(scaled)).toEqual(['audit-service', 'notification-service', 'recurring-task-service'])
  for (const {metadata, spec} of scaled) {
    expect(spec.maxReplicaCount).toBe(12)
    for (const {metadata: trigger} of spec.triggers) expect(trigger.consumerGroup).toBe(metadata.name)
  }
  expect(ofKind(full, 'HorizontalPodAutoscaler').length).toBe(2)
  // The autoscaler decides, not the next upgrade.
  for (const {spec} of ofKind(full, 'Deployment')) expect(spec.replicas).toBeUndefined()
  expect(ofKind(await render('todo5', {autoscaling: {mode: 'hpa'}}), 'HorizontalPodAutoscaler').length).toBe(5)
})

test('with all their pods the services leave the database a fifth of its connections', async () => {
  await expect(render('todo5', {database: {maxConnections: 300}})).rejects.toThrow(
    /would open \d+ connections with all their pods, and may take 240/u,
  )
  await expect(render('todo5', {services: {'audit-service': {pool: 50}}})).rejects.toThrow('would open')
})

test('each dashboard goes with the release, as Grafana looks for it', async () => {
  const files = await readdir(join(chart('todo5'), 'files/dashboards'))
  const maps = ofKind(full, 'ConfigMap').filter(({metadata}) => metadata.labels.grafana_dashboard === '1')
  expect(maps.flatMap(({data}) => Object.keys(data)).toSorted()).toEqual(files.toSorted())
  for (const [file, text] of maps.flatMap(({data}) => Object.entries<string>(data))) {
    const written = await readFile(join(chart('todo5'), 'files/dashboards', file), 'utf8')
    expect(JSON.parse(text)).toEqual(JSON.parse(written))
  }
  expect(ofKind(objects, 'ConfigMap')).toEqual([])
})

test('alerts are those of the other targets, and numbers are fetched from pods and sidecars', async () => {
  const [rules] = ofKind(full, 'PrometheusRule')
  const file = await readFile(join(chart('todo5'), 'files/prometheus/alerts.yaml'), 'utf8')
  expect(rules.spec).toEqual(parse(file))
  const [monitor] = ofKind(full, 'PodMonitor')
  expect(monitor.spec.podMetricsEndpoints.map(({port}: Rendered) => port)).toEqual(['app', 'dapr-metrics'])
  for (const {spec} of ofKind(full, 'Deployment')) {
    expect(spec.template.metadata.labels).toMatchObject(monitor.spec.selector.matchLabels)
  }
})

test.each([
  [{image: {tags: 'x'}}, 'tags'],
  [{logLevel: 'loud'}, 'logLevel'],
  [{publicUrl: 'todo.example.org'}, 'publicUrl'],
  [{services: {'task-service': {replicas: 0}}}, 'replicas'],
  [{services: {'audit-service': {maxReplicas: 13}}}, 'maxReplicas'],
  [{services: {'mail-service': {replicas: 1}}}, 'mail-service'],
  [{exposure: {kind: 'ingress'}}, 'host'],
  [{exposure: {kind: 'nodePort', nodePort: 8636}}, 'nodePort'],
  [{exposure: {kind: 'gateway', host: 'a.b'}}, 'name'],
  [{autoscaling: {mode: true}}, 'mode'],
  [{chat: {model: {url: 'http://m/v1'}}}, 'name'],
  [{image: {digest: 'sha256:1'}}, 'digest'],
  [{kafka: {brokers: 'kafka'}}, 'brokers'],
  [{kafka: {sasl: {mechanism: 'SHA-256'}}}, 'mechanism'],
  [{operate: {maxSeconds: 1}}, 'maxSeconds'],
  [{network: {smtp: {cidrs: ['everywhere']}}}, 'cidrs'],
  [{dapr: {resources: [{kind: 'Deployment'}]}}, 'dapr'],
])('a value that is wrong or unknown is refused: %j', async (values, where) => {
  await expect(render('todo5', values)).rejects.toThrow(where)
})
