import {parse} from 'yaml'
import {beforeAll, expect, test} from 'vitest'
import {helmValues} from '../../cli/operations/helm-values.ts'
import {lintDapr} from '../../cli/operations/lint-dapr.ts'
import {placeholderValues, renderDapr} from '../../cli/operations/render-dapr.ts'
import {render, type Rendered, renderMonitoring} from './helm.ts'
import {kubernetesSchemas, type KubernetesSchemas} from './kubernetes-schemas.ts'

/** Of programs that extend Kubernetes; each describes them in its own chart. Dapr's are looked at by `todo5 dapr lint`. */
const OF_OTHERS = [
  'Component',
  'Configuration',
  'HTTPRoute',
  'PodMonitor',
  'PrometheusRule',
  'Resiliency',
  'ScaledObject',
]

let schemas: KubernetesSchemas
beforeAll(async () => void (schemas = await kubernetesSchemas()))

const VARIANTS: Readonly<Record<string, object>> = {
  'as it is': {},
  everything: {
    exposure: {kind: 'ingress', host: 'a.b', ingress: {className: 'nginx', tlsSecret: 'tls', annotations: {a: 'b'}}},
    autoscaling: {mode: 'keda', triggerAuthentication: 'kafka'},
    tracing: {zipkinEndpoint: 'http://zipkin:9411/api/v2/spans'},
    chat: {
      mailboxUrl: 'http://mailbox:3000',
      model: {url: 'http://m/v1', name: 'm'},
      requestsPerMinute: 9,
      trustedOrigins: ['https://c.d'],
    },
    monitoring: {enabled: true, labels: {release: 'prometheus'}},
    image: {pullSecrets: ['registry'], digest: `sha256:${'0'.repeat(64)}`},
    network: {ingressNamespaces: ['ingress-nginx'], modelCidrs: ['10.1.0.0/16']},
    database: {cidrs: ['10.2.0.0/16'], podLabels: {}},
  },
  'a gateway and autoscaling by CPU': {
    exposure: {kind: 'gateway', host: 'a.b', gateway: {name: 'g', sectionName: 'https'}},
    autoscaling: {mode: 'hpa'},
    network: {policies: false},
  },
}

test.each(Object.entries(VARIANTS))('Kubernetes knows each field of each object: %s', async (_name, values) => {
  const files = await renderDapr({target: 'minikube', values: await placeholderValues('minikube')})
  const {dapr} = parse(helmValues(files)) as {dapr: object}
  const objects: Rendered[] = [
    ...(await render('todo5', {...values, dapr})),
    ...(await render('todo5-platform')),
    ...(await renderMonitoring()),
  ]
  const looked = objects.map((object) => ({
    kind: String(object.kind),
    name: String(object.metadata.name),
    faults: schemas.faults(object),
  }))
  expect(looked.filter(({faults}) => faults !== undefined && faults.length > 0)).toEqual([])
  const others = looked.filter(({faults}) => faults === undefined).map(({kind}) => kind)
  expect(OF_OTHERS).toEqual(expect.arrayContaining([...new Set(others)]))
  expect(lintDapr(files, []).errors).toBe(0)
})

test('a field that is misspelt would be found', async () => {
  const [deployment] = (await render('todo5')).filter(({kind}) => kind === 'Deployment')
  deployment.spec.template.spec.containers[0].livenesProbe = {}
  deployment.spec.replicas = 'one'
  expect(schemas.faults(deployment)!.join('\n')).toMatch(
    /replicas must be integer[\s\S]*livenesProbe|livenesProbe[\s\S]*replicas must be integer/u,
  )
  expect(schemas.faults({apiVersion: 'apps/v9', kind: 'Deployment'})).toBeUndefined()
})
