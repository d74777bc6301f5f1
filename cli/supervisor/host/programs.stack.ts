import {randomUUID} from 'node:crypto'
import {existsSync} from 'node:fs'
import {createServer} from 'node:http'
import {readFile} from 'node:fs/promises'
import type {AddressInfo} from 'node:net'
import {connect} from 'node:tls'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {eventually} from '../../../test/support/eventually.ts'
import {Stack, type StackSidecar} from '../../../test/support/stack/stack.ts'
import {kafkaAnswers} from './answers.ts'
import {processesIn} from './folder-processes.ts'

const PUBSUB = `apiVersion: dapr.io/v1alpha1
kind: Component
metadata: {name: pubsub-kafka}
spec:
  type: pubsub.kafka
  version: v1
  metadata:
    - {name: brokers, value: "{brokers}"}
    - {name: authType, value: none}
    - {name: initialOffset, value: oldest}
`

let stack: Stack
beforeAll(async () => {
  stack = await Stack.create()
})
afterAll(async () => await stack.stop())

/** An application that counts what its sidecar asks of it. */
async function application(): Promise<{port: number; tokens: Set<unknown>; jobs: string[]; close(): void}> {
  const tokens = new Set<unknown>()
  const jobs: string[] = []
  const server = createServer((request, response) => {
    if (request.url !== '/healthz') tokens.add(request.headers['dapr-api-token'])
    if (request.url?.startsWith('/job/')) jobs.push(request.url)
    request.resume()
    response.writeHead(request.url === '/dapr/subscribe' ? 404 : 200).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {port: (server.address() as AddressInfo).port, tokens, jobs, close: () => server.close()}
}

/** Whether the listener's certificate comes from this authority; its name is a SPIFFE id, no host's. */
const isTrusted = async (port: number, ca: Buffer): Promise<boolean> =>
  await new Promise((resolve, reject) => {
    const socket = connect({port, host: '127.0.0.1', ca, checkServerIdentity: () => undefined}, () => {
      resolve(socket.authorized)
      socket.destroy()
    })
    socket.once('error', reject)
  })

const callSidecar = async (sidecar: StackSidecar, method: string, path: string, body?: unknown) =>
  await fetch(`${sidecar.endpoint}/v1.0${path}`, {
    method,
    headers: {'dapr-api-token': sidecar.apiToken, 'content-type': 'application/json'},
    ...(body === undefined ? {} : {body: JSON.stringify(body)}),
  })

test('Kafka starts, is killed, and starts again on the same port with its data', async () => {
  const kafka = await stack.kafka()
  const port = Number(kafka.brokers.split(':')[1])
  expect(await kafkaAnswers(port)).toBe(true)
  await kafka.kill9()
  expect(await kafkaAnswers(port)).toBe(false)
  await kafka.start()
  expect(await kafkaAnswers(port)).toBe(true)
  const line = (await kafka.log()).split('\n').find((text) => text.includes('Kafka Server started'))!
  expect(JSON.parse(line)).toMatchObject({level: 'INFO', service: 'kafka', message: expect.any(String) as string})
})

test('a sidecar has its certificate, its component and jobs; it shows tokens and wants one', async () => {
  const kafka = await stack.kafka()
  await stack.scheduler()
  const app = await application()
  const job = `soon-${randomUUID()}`
  const sidecar = await stack.daprd({
    appId: 'proof',
    appPort: app.port,
    resources: [{path: 'components/pubsub-kafka.yaml', text: PUBSUB.replace('{brokers}', kafka.brokers)}],
  })
  try {
    const metadata = (await (await callSidecar(sidecar, 'GET', '/metadata')).json()) as {components: {name: string}[]}
    expect(metadata.components.map(({name}) => name)).toEqual(['pubsub-kafka'])
    expect((await fetch(`${sidecar.endpoint}/v1.0/metadata`)).status).toBe(401)
    const scheduled = await fetch(`${sidecar.endpoint}/v1.0-alpha1/jobs/${job}`, {
      method: 'POST',
      headers: {'dapr-api-token': sidecar.apiToken, 'content-type': 'application/json'},
      body: JSON.stringify({dueTime: '1s'}),
    })
    expect(scheduled.status).toBe(204)
    await eventually('the job', () => app.jobs.includes(`/job/${job}`))
    expect([...app.tokens]).toEqual([sidecar.appToken])
    const {trustAnchors} = await stack.sentry()
    expect(await isTrusted(sidecar.ports.internal, await readFile(trustAnchors))).toBe(true)
  } finally {
    await sidecar.stop()
    app.close()
  }
})

test('a program that ends before it is ready says its last words; nothing is left of it', async () => {
  await expect(
    stack.daprd({
      appId: 'broken',
      resources: [{path: 'bad.yaml', text: PUBSUB.replace('pubsub.kafka', 'pubsub.none')}],
    }),
  ).rejects.toThrow(/daprd-broken ended .*pubsub\.none/su)
})

test('what was started is stopped, and its folder is gone', async () => {
  const own = await Stack.create()
  await own.scheduler()
  for (const appId of ['one', 'two']) await own.daprd({appId})
  expect((await processesIn(own.folder)).length).toBeGreaterThanOrEqual(4)
  await own.stop()
  expect(await processesIn(own.folder)).toEqual([])
  expect(existsSync(own.folder)).toBe(false)
})
