import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {TestMachine} from '../../toolchain/testing/test-machine.ts'
import {strictCluster} from '../../tools/fake/programs.ts'
import type {MinikubeNotes} from './minikube-notes.ts'
import type {Monitoring} from './monitoring.ts'
import {type ForwardedPage, openInMinikube} from './open-in-minikube.ts'

// Each kubectl is a process of Node.
vi.setConfig({testTimeout: 300_000})

let machine: TestMachine
beforeEach(async () => void (machine = await TestMachine.make()))
afterEach(async () => await machine.remove())

const FORWARDING = "process.stdout.write('Forwarding from 127.0.0.1:5555 -> 1\\n')"
const kubectl = async (body: string): Promise<unknown> =>
  await machine.program('kubectl', strictCluster('kubectl', body))

/** The addresses that are told until the first one is seen, and how it ended. */
async function opened(
  page: ForwardedPage,
  monitoring: Monitoring | undefined,
): Promise<{told: string[]; end: unknown}> {
  const created = {profile: true, dapr: true, namespace: true, monitoring: true}
  const noted: MinikubeNotes = {
    profile: 'p',
    namespace: 'n',
    created,
    port: 1,
    url: null,
    verified: null,
    monitoring: monitoring ?? null,
  }
  const told: string[] = []
  const controller = new AbortController()
  const end = await openInMinikube({
    page,
    place: {target: 'minikube', kubeContext: 'p', namespace: 'n'},
    notes: monitoring === undefined ? undefined : noted,
    toolchain: machine.toolchain,
    typedAs: 'todo5',
    signal: controller.signal,
    onAddress: async (url) => {
      told.push(url)
      controller.abort(new Error('Seen.'))
    },
  }).catch((error: unknown) => error)
  return {told, end}
}

test.each([
  ['mailbox', 'none', 'service/mailbox :3000', 'n', '/mailbox'],
  ['prometheus', 'basic', 'service/prometheus :9090', 'todo5-monitoring', '/'],
  ['prometheus', 'full', 'service/prometheus-prometheus :9090', 'todo5-monitoring', '/'],
  ['zipkin', 'basic', 'service/zipkin :9411', 'todo5-monitoring', '/zipkin/'],
  ['zipkin', undefined, 'service/zipkin :9411', 'todo5-monitoring', '/zipkin/'],
  ['grafana', 'full', 'service/grafana :80', 'todo5-monitoring', '/'],
] as const)('%s with %s is reached until somebody ends it', async (page, monitoring, service, namespace, path) => {
  await kubectl(`${FORWARDING}; setInterval(() => {}, 1000)`)
  expect(await opened(page, monitoring)).toEqual({
    told: [`http://127.0.0.1:5555${path}`],
    end: expect.objectContaining({message: 'Seen.'}),
  })
  expect(await machine.log()).toBe(
    `kubectl port-forward ${service} --address=127.0.0.1 --namespace=${namespace} --context=p\n`,
  )
})

test.each([
  ['grafana', 'basic', 'There is no Grafana in minikube.', '--monitoring full'],
  ['grafana', undefined, 'There is no Grafana in minikube.', '--monitoring full'],
  ['prometheus', 'none', 'There is no Prometheus in minikube.', '--monitoring basic'],
  ['zipkin', 'none', 'There is no Zipkin in minikube.', '--monitoring basic'],
] as const)('%s with %s is not there, and it is said what brings it', async (page, monitoring, message, hint) => {
  const {told, end} = await opened(page, monitoring)
  expect(told).toEqual([])
  expect(end).toMatchObject({code: 'page_not_there', exit: 4, message, hints: [expect.stringContaining(hint)]})
})

test('a cluster that has no such Service, or does not answer, is told apart', async () => {
  await kubectl(
    `process.stderr.write('Error from server (NotFound): services "zipkin" not found\\n'); process.exitCode = 1`,
  )
  expect((await opened('zipkin', undefined)).end).toMatchObject({code: 'page_not_there', exit: 4})
  await kubectl(
    `process.stderr.write('error: unable to forward port because pod is not running\\n'); process.exitCode = 1`,
  )
  expect((await opened('zipkin', 'basic')).end).toMatchObject({
    code: 'not_running',
    exit: 6,
    message: 'zipkin of minikube cannot be reached: unable to forward port because pod is not running',
  })
})
