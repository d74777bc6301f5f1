import {readFile, readdir} from 'node:fs/promises'
import {Ajv2020} from 'ajv/dist/2020.js'
import {v7 as uuidv7} from 'uuid'
import {expect, test} from 'vitest'
import {EVENT_TYPES} from '../domain/events/event-types.ts'
import {newEvent} from '../domain/events/new-event.ts'
import {packagePath} from '../package-root.ts'
import {buildAsyncApi, eventSchema, eventSchemas} from './event-documents.ts'
import {type JsonSchema, responseSchema} from './json-schema.ts'
import {OPERATIONS} from './openapi-operations.ts'
import {buildOpenApi} from './openapi.ts'
import {taskResponse} from './tasks.ts'
import {CONTRACT_VERSION} from './version.ts'

const contract = (...segments: string[]) => packagePath('docs', 'contract', ...segments)
const text = (document: JsonSchema) => `${JSON.stringify(document, null, 2)}\n`
const committed = async (...segments: string[]) => readFile(contract(...segments), 'utf8')

const follow = (document: JsonSchema, reference: string): unknown =>
  reference
    .slice(2)
    .split('/')
    .reduce<unknown>((node, key) => (node as JsonSchema | undefined)?.[key], document)

test('the committed documents are what the sources say; else: npm run generate', async () => {
  expect(await committed('openapi.json')).toBe(text(buildOpenApi(CONTRACT_VERSION)))
  expect(await committed('asyncapi.json')).toBe(text(buildAsyncApi(CONTRACT_VERSION)))
  const schemas = eventSchemas()
  expect((await readdir(contract('events'))).sort()).toEqual(Object.keys(schemas).sort())
  for (const [name, schema] of Object.entries(schemas)) expect(await committed('events', name)).toBe(text(schema))
})

test('every reference in the documents leads somewhere', async () => {
  for (const name of ['openapi.json', 'asyncapi.json']) {
    const document = JSON.parse(await committed(name)) as JsonSchema
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/gu)].map((match) => match[1]!)
    expect(references.length).toBeGreaterThan(10)
    for (const reference of new Set(references)) {
      const found = reference.startsWith('./') ? await committed(reference) : follow(document, reference)
      expect(found, reference).toBeDefined()
    }
  }
})

test('operations have names of their own, and no 5xx but 503', () => {
  const names = OPERATIONS.map((operation) => operation.operationId)
  expect(new Set(names).size).toBe(names.length)
  const statuses = new Set(OPERATIONS.flatMap((operation) => [operation.success.status, ...operation.errors]))
  expect([...statuses].filter((status) => status >= 500)).toEqual([])
})

test('bounds of numbers in a query are in the document, although they arrive as text', () => {
  const {paths} = buildOpenApi('1.0') as {paths: Record<string, Record<string, {parameters: JsonSchema[]}>>}
  const limit = paths['/tasks']!['get']!.parameters.find((parameter) => parameter['name'] === 'limit')
  expect(limit).toEqual({
    name: 'limit',
    in: 'query',
    required: false,
    schema: {type: 'integer', minimum: 1, maximum: 1000, default: 50},
  })
})

test('requests refuse unknown fields, answers may grow', () => {
  const {components} = buildOpenApi('1.0') as {components: {schemas: Record<string, JsonSchema>}}
  expect(components.schemas['CreateTask']).toMatchObject({additionalProperties: false, required: ['title']})
  expect(components.schemas['Task']).not.toHaveProperty('additionalProperties')
  expect(responseSchema(taskResponse)['required']).toContain('next_occurrence')
})

test('an event that todo5 makes fits its schema, and one of another type does not', () => {
  const ajv = new Ajv2020({strict: false, validateFormats: false})
  const {event} = newEvent('task.completed', {
    eventId: uuidv7(),
    at: new Date('2026-12-01T09:00:00Z'),
    userId: '018f0000-0000-7000-8000-000000000001',
    taskId: 7,
    payload: {
      task_version: 2,
      series_id: 1,
      occurrence_at: '2026-12-01T09:00:00Z',
      completed_at: '2026-12-01T09:00:00Z',
    },
  })
  const validators = new Map(EVENT_TYPES.map((type) => [type, ajv.compile(eventSchema(type))]))
  expect(EVENT_TYPES.filter((type) => validators.get(type)!(event))).toEqual(['task.completed'])
  const fits = validators.get('task.completed')!
  expect(fits({...event, payload: {...event.payload, later: 'addition'}})).toBe(true)
  expect(fits({...event, task_id: '7'})).toBe(false)
})
