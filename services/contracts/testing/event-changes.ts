import {isDeepStrictEqual} from 'node:util'
import type {JsonSchema} from '../json-schema.ts'

/** Event schemas by file name, and the AsyncAPI document that says in which topic each type is. */
export interface EventContract {
  readonly schemas: Readonly<Record<string, JsonSchema>>
  readonly asyncApi: JsonSchema
}

/** What people read; it does not decide whether an event is valid. */
const NOTES = new Set(['$id', '$schema', 'title', 'description', 'examples', '$comment', 'deprecated'])

/**
 * What in a contract breaks the promise of a released one, a sentence each. Old events lie in topics for weeks and are read
 * by new consumers, new events are read by old consumers; so within 1.x a field may be added when it is optional, a type of
 * event may be added, and nothing else may differ in either direction.
 */
export function breakingChanges(released: EventContract, present: EventContract): string[] {
  const events = Object.entries(released.schemas).flatMap(([name, schema]) => {
    const now = present.schemas[name]
    return now ? schemaChanges(schema, now, name.replace(/\.json$/u, '')) : [`${name} is gone`]
  })
  return [...events, ...topicChanges(channelsOf(released.asyncApi), channelsOf(present.asyncApi))]
}

function schemaChanges(released: unknown, present: unknown, path: string): string[] {
  if (!isObject(released) || !isObject(present))
    return isDeepStrictEqual(released, present)
      ? []
      : [`${path} was ${JSON.stringify(released)} and is ${JSON.stringify(present)}`]
  const names = new Set([...Object.keys(released), ...Object.keys(present)])
  return [...names]
    .filter((name) => !NOTES.has(name))
    .flatMap((name) => keywordChanges(name, released[name], present[name], path))
}

function keywordChanges(name: string, released: unknown, present: unknown, path: string): string[] {
  if (name === 'required') return requiredChanges(asNames(released), asNames(present), path)
  if (name === 'properties') return propertyChanges(asObject(released), asObject(present), path)
  if (Array.isArray(released) && Array.isArray(present) && released.length === present.length)
    return released.flatMap((entry, place) => schemaChanges(entry, present[place], `${path} ${name}[${place}]`))
  return schemaChanges(released, present, `${path} ${name}`)
}

const requiredChanges = (released: readonly string[], present: readonly string[], path: string): string[] => [
  ...released.filter((field) => !present.includes(field)).map((field) => `${path}.${field} may be missing now`),
  ...present.filter((field) => !released.includes(field)).map((field) => `${path}.${field} is required now`),
]

/** Fields that are new are looked at by `required` alone. */
const propertyChanges = (released: JsonSchema, present: JsonSchema, path: string): string[] =>
  Object.entries(released).flatMap(([field, schema]) =>
    field in present ? schemaChanges(schema, present[field], `${path}.${field}`) : [`${path}.${field} is gone`],
  )

function topicChanges(released: JsonSchema, present: JsonSchema): string[] {
  return Object.entries(released).flatMap(([topic, channel]) => {
    const before = asObject(channel)
    const now = present[topic]
    if (!isObject(now)) return [`the topic ${topic} is gone`]
    const gone = Object.keys(asObject(before['messages'])).filter((type) => !(type in asObject(now['messages'])))
    return [
      ...gone.map((type) => `${type} is not in ${topic} any more`),
      ...schemaChanges(before['address'], now['address'], `${topic} address`),
      ...schemaChanges(before['bindings'], now['bindings'], `${topic} bindings`),
    ]
  })
}

const channelsOf = (document: JsonSchema): JsonSchema => asObject(document['channels'])
const isObject = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const asObject = (value: unknown): JsonSchema => (isObject(value) ? value : {})
const asNames = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
