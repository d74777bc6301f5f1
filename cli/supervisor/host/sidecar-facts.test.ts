import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {sidecarFacts} from './sidecar-facts.ts'

let folder: string
let server: Server
let answer: {status: number; body: string}
let asked: {url: string; token: string | undefined}[]
const port = (): number => (server.address() as AddressInfo).port

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'todo5-sidecar-'))
  asked = []
  answer = {status: 200, body: '{}'}
  server = createServer((request, response) => {
    asked.push({url: request.url!, token: request.headers['dapr-api-token'] as string})
    response.writeHead(answer.status).end(answer.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  server.close()
  await rm(folder, {recursive: true})
})

const component = (name: string, more = ''): string =>
  `kind: Component\nmetadata: {name: ${name}, namespace: default}\nspec: {type: pubsub.kafka, version: v1, metadata: []}\n${more}\n`

test('what it was given: files with several resources, those of other applications left out', async () => {
  await mkdir(join(folder, 'resources'))
  await writeFile(
    join(folder, 'resources', 'a.yaml'),
    [
      component('all'),
      component('ours', 'scopes: [audit-service, chat-api]'),
      component('theirs', 'scopes: [chat-api]'),
    ].join('---\n'),
  )
  await writeFile(
    join(folder, 'resources', 'b.yaml'),
    'kind: Resiliency\nmetadata: {name: todo5}\nspec: {policies: {}}\n',
  )
  await writeFile(join(folder, 'resources', 'c.yaml'), '# nothing\n')
  const {expected} = await sidecarFacts('audit-service', folder, null)
  expect(expected).toEqual({
    components: ['all', 'ours'].map((name) => ({name, type: 'pubsub.kafka', version: 'v1'})),
    policies: ['todo5'],
  })
})

test('what it says, asked with its token; what Dapr adds is no matter', async () => {
  await writeFile(join(folder, 'api-token'), 'secret')
  answer.body = JSON.stringify({
    id: 'audit-service',
    components: [{name: 'it', type: 'pubsub.kafka', version: 'v1', capabilities: []}],
    subscriptions: [{pubsubname: 'it', topic: 'reminders', rules: [], deadLetterTopic: 'reminders-dlq'}],
    enabledFeatures: ['HotReload'],
    scheduler: {connected_addresses: ['127.0.0.1:1']},
    resiliencies: [{name: 'todo5'}],
  })
  const {loaded, expected} = await sidecarFacts('audit-service', folder, port())
  expect(asked).toEqual([{url: '/v1.0/metadata', token: 'secret'}])
  expect(expected).toEqual({components: [], policies: []})
  expect(loaded).toEqual({
    components: [{name: 'it', type: 'pubsub.kafka', version: 'v1'}],
    policies: ['todo5'],
    subscriptions: [{component: 'it', topic: 'reminders', deadLetterTopic: 'reminders-dlq'}],
    features: ['HotReload'],
    schedulers: ['127.0.0.1:1'],
  })
})

test('a sidecar that refuses, and one that has nothing yet', async () => {
  answer = {status: 401, body: ''}
  expect((await sidecarFacts('audit-service', folder, port())).loaded).toBeUndefined()
  answer = {status: 200, body: '{"scheduler": {"connected_addresses": null}}'}
  expect((await sidecarFacts('audit-service', folder, port())).loaded).toMatchObject({components: [], schedulers: []})
})
