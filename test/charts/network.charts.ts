import {beforeAll, expect, test} from 'vitest'
import {SERVICE_NAMES} from '../../services/contracts/service-names.ts'
import {ofKind, render, type Rendered, renderMonitoring} from './helm.ts'
import {type End, isAllowed, type NetworkPolicy} from './network-policy.ts'

let policies: NetworkPolicy[]
const ends: Record<string, End> = {
  kubernetes: {address: '10.96.0.1'},
  internet: {address: '93.184.216.34'},
  neighbour: {address: '192.168.7.7'},
  metadata: {address: '169.254.169.254'},
  dns: {namespace: 'kube-system', labels: {'k8s-app': 'kube-dns'}},
  dapr: {namespace: 'dapr-system', labels: {app: 'dapr-scheduler-server', 'app.kubernetes.io/part-of': 'dapr'}},
  // Of somebody else's chart.
  collector: {namespace: 'todo5-monitoring', labels: {app: 'collector'}},
  ingress: {namespace: 'ingress-nginx', labels: {app: 'ingress'}},
  stranger: {namespace: 'todo5', labels: {app: 'stranger'}},
  foreigner: {
    namespace: 'other',
    labels: {'app.kubernetes.io/name': 'chat-api', 'app.kubernetes.io/instance': 'todo5'},
  },
}

const VALUES = {
  network: {
    ingressNamespaces: ['ingress-nginx'],
    smtp: {ports: [2525], podLabels: {'app.kubernetes.io/name': 'mailbox'}, cidrs: []},
  },
  chat: {mailboxUrl: 'http://mailbox:3000'},
  tracing: {zipkinEndpoint: 'http://zipkin.todo5-monitoring:9411/api/v2/spans'},
}
beforeAll(async () => {
  const objects: Rendered[] = [...(await render('todo5', VALUES)), ...(await render('todo5-platform'))]
  objects.push(...(await renderMonitoring()))
  policies = ofKind(objects, 'NetworkPolicy')
  for (const {kind, metadata, spec, template} of objects) {
    if (!['Deployment', 'StatefulSet', 'Job', 'PodTemplate'].includes(kind)) continue
    ends[metadata.name] = {namespace: metadata.namespace, labels: (template ?? spec.template).metadata.labels}
  }
})

const PORTS = [25, 53, 80, 443, 2525, 3000, 5432, 6500, 8080, 8443, 9090, 9092, 9411, 50001, 50002, 50005, 50006]
const OPERATE = ['operate-stream', 'operate-outbox', 'operate-database']
const INNER = SERVICE_NAMES.filter((name) => name !== 'chat-api')

/** Everything that has to work, as `from > to:port`; whatever is not here has to be refused. */
function wanted(): Set<string> {
  const lines: string[] = []
  const line = (from: string, to: string, ...ports: number[]) =>
    lines.push(...ports.map((port) => `${from} > ${to}:${port}`))
  for (const name of SERVICE_NAMES) {
    line(name, 'postgresql', 5432)
    line(name, 'kafka', 9092)
    line(name, 'dns', 53)
    line(name, 'dapr', 6500, 50001, 50005, 50006)
    line(name, 'kubernetes', 443, 8443)
    // A block of private addresses: also what else is there, which todo5 cannot tell apart.
    line(name, 'neighbour', 443, 8443)
    line(name, 'collector', 9411)
    line(name, 'zipkin', 9411)
    line('collector', name, 3000, 9090)
    line('prometheus', name, 3000, 9090)
  }
  for (const name of INNER) line('chat-api', name, 50002)
  line('ingress', 'chat-api', 8080)
  line('chat-api', 'mailbox', 3000)
  line('notification-service', 'mailbox', 2525)
  line('notification-service', 'internet', 443)
  line('migrate', 'postgresql', 5432)
  line('migrate', 'dns', 53)
  line('verify', 'chat-api', 8080)
  line('verify', 'dns', 53)
  line('topics', 'kafka', 9092)
  line('topics', 'dns', 53)
  for (const name of OPERATE) {
    line(name, 'kafka', 9092)
    line(name, 'dns', 53)
    if (name !== 'operate-stream') line(name, 'postgresql', 5432)
  }
  line('prometheus', 'dapr', 3000, 9090)
  line('prometheus', 'kubernetes', 443, 8443)
  line('prometheus', 'neighbour', 443, 8443)
  line('kafka', 'kafka', 9092)
  line('kafka', 'dns', 53)
  return new Set(lines)
}

test('of all connections between all ends exactly those pass that something needs', () => {
  const ours = [...SERVICE_NAMES, ...OPERATE, 'verify', 'migrate', 'topics', 'kafka', 'postgresql', 'mailbox']
  ours.push('prometheus', 'zipkin')
  expect(Object.keys(ends)).toEqual(expect.arrayContaining(ours))
  const allowed = new Set<string>()
  for (const [from, source] of Object.entries(ends)) {
    for (const [to, target] of Object.entries(ends)) {
      // What others do among themselves is not ours to say.
      if (!ours.includes(from) && !ours.includes(to)) continue
      for (const port of PORTS) {
        if (isAllowed(policies, {from: source, to: target, port})) allowed.add(`${from} > ${to}:${port}`)
      }
    }
  }
  expect([...allowed].toSorted()).toEqual([...wanted()].toSorted())
})

test('names are asked for by UDP too; nothing else goes by it', () => {
  const udp = (from: string, to: string, port: number) =>
    isAllowed(policies, {from: ends[from]!, to: ends[to]!, port, protocol: 'UDP'})
  for (const name of SERVICE_NAMES) {
    expect([name, udp(name, 'dns', 53), udp(name, 'internet', 443), udp(name, 'internet', 53)]).toEqual([
      name,
      true,
      false,
      false,
    ])
  }
})
