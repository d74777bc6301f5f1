import {readFile, readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {buildAsyncApi, eventSchemas} from './event-documents.ts'
import type {JsonSchema} from './json-schema.ts'
import {type EventContract, breakingChanges} from './testing/event-changes.ts'
import {CONTRACT_VERSION} from './version.ts'

type Json = any // eslint-disable-line typescript/no-explicit-any -- parsed JSON, to be changed at will
/** Changes something in the schemas or in the channels. */
type Edit = (schemas: Json, channels: Json) => void

const folder = join(import.meta.dirname, '../../docs/contract/released')
const versions = await readdir(folder)
const present: EventContract = {schemas: eventSchemas(), asyncApi: buildAsyncApi(CONTRACT_VERSION)}

async function readReleased(version: string): Promise<EventContract> {
  const read = async (...path: string[]) =>
    JSON.parse(await readFile(join(folder, version, ...path), 'utf8')) as JsonSchema
  const names = await readdir(join(folder, version, 'events'))
  const schemas = await Promise.all(names.map(async (name) => [name, await read('events', name)] as const))
  return {schemas: Object.fromEntries(schemas), asyncApi: await read('asyncapi.json')}
}

test('there is something to compare with', async () => {
  expect(versions).toContain('1.0')
  for (const version of versions)
    expect(Object.keys((await readReleased(version)).schemas)).toEqual(
      expect.arrayContaining([
        'task.completed.json',
        'reminder.scheduled.json',
        'task.updated.json',
        'dead-letter.json',
      ]),
    )
})

test.each(versions)('events keep what version %s promised', async (version) => {
  expect(breakingChanges(await readReleased(version), present)).toEqual([])
})

describe('of a contract', () => {
  const base: EventContract = {
    schemas: {
      'a.json': {
        $id: 'urn:a:1.0',
        type: 'object',
        properties: {
          id: {type: 'integer', exclusiveMinimum: 0},
          mode: {type: 'string', enum: ['x', 'y']},
          note: {type: 'string'},
          at: {anyOf: [{type: 'string', format: 'date-time'}, {type: 'null'}]},
          list: {type: 'array', items: {type: 'object', properties: {n: {type: 'integer'}}, required: ['n']}},
        },
        required: ['id', 'mode'],
      },
    },
    asyncApi: {channels: {tasks: {address: 'tasks', messages: {a: {}}, bindings: {kafka: {partitions: 12}}}}},
  }

  function changed(set: Edit): EventContract {
    const copy = structuredClone(base)
    set(copy.schemas, copy.asyncApi['channels'])
    return copy
  }

  test.each<[string, string, Edit]>([
    ['a removed required field', 'a.id is gone', ({'a.json': a}) => void delete a.properties.id],
    ['a removed optional field', 'a.note is gone', ({'a.json': a}) => void delete a.properties.note],
    [
      'a new required field',
      'a.extra is required now',
      ({'a.json': a}) => {
        a.properties.extra = {type: 'string'}
        a.required.push('extra')
      },
    ],
    ['a field that becomes required', 'a.note is required now', ({'a.json': a}) => a.required.push('note')],
    ['a field that may be missing', 'a.mode may be missing now', ({'a.json': a}) => a.required.pop()],
    ['a changed type', 'a.id type was "integer"', ({'a.json': a}) => (a.properties.id.type = 'string')],
    ['a changed format', 'format was "date-time"', ({'a.json': a}) => (a.properties.at.anyOf[0].format = 'date')],
    ['a field that is never null any more', 'a.at anyOf was', ({'a.json': a}) => a.properties.at.anyOf.pop()],
    ['a narrowed enum', 'a.mode enum was ["x","y"]', ({'a.json': a}) => a.properties.mode.enum.pop()],
    ['a wider enum', 'a.mode enum was ["x","y"]', ({'a.json': a}) => a.properties.mode.enum.push('z')],
    ['a new limit', 'a.note maxLength was undefined', ({'a.json': a}) => (a.properties.note.maxLength = 9)],
    ['a field closed to others', 'additionalProperties', ({'a.json': a}) => (a.additionalProperties = false)],
    [
      'a new required field further down',
      'a.list items.m is required now',
      ({'a.json': a}) => a.properties.list.items.required.push('m'),
    ],
    ['a removed type of event', 'a.json is gone', (schemas) => void delete schemas['a.json']],
    ['a removed topic', 'the topic tasks is gone', (_schemas, channels) => void delete channels.tasks],
    ['a type that left its topic', 'a is not in tasks any more', (_schemas, {tasks}) => void delete tasks.messages.a],
    [
      'another number of partitions',
      'tasks bindings kafka partitions was 12 and is 24',
      (_schemas, {tasks}) => (tasks.bindings.kafka.partitions = 24),
    ],
  ])('%s is refused', (_name, said, set) => {
    const found = breakingChanges(base, changed(set))
    expect(found.join('\n')).toContain(said)
  })

  test.each<[string, Edit]>([
    ['nothing at all', () => undefined],
    ['an optional field', ({'a.json': a}) => (a.properties.extra = {type: 'string'})],
    ['an optional field further down', ({'a.json': a}) => (a.properties.list.items.properties.m = {type: 'integer'})],
    ['a type of event', (schemas) => (schemas['b.json'] = {type: 'object', required: ['id']})],
    ['a type in a topic', (_schemas, {tasks}) => (tasks.messages.b = {})],
    ['a topic', (_schemas, channels) => (channels.others = {address: 'others'})],
    ['a required field in another order', ({'a.json': a}) => a.required.reverse()],
    [
      'texts and the number of the version',
      ({'a.json': a}) => Object.assign(a, {$id: 'urn:a:1.1', description: 'More.', title: 'A'}),
    ],
  ])('%s may be added', (_name, set) => {
    expect(breakingChanges(base, changed(set))).toEqual([])
  })
})
