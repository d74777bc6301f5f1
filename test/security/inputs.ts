import * as fc from 'fast-check'
import type {JsonSchema} from '../../services/contracts/json-schema.ts'
import {HOSTILE_NUMBERS, HOSTILE_SHAPES, HOSTILE_TEXTS} from './hostile.ts'

/** What somebody who wants to do harm has found out. */
export interface Knowledge {
  /** Numbers of tasks and the like, theirs and others'. */
  readonly ids: readonly number[]
  readonly tags: readonly string[]
  readonly cursors: readonly string[]
  readonly searches: readonly string[]
  readonly uuids: readonly string[]
}

/** JSON as text: so that it can hold what no value of JavaScript is, such as a field that stands there twice. */
export type JsonText = fc.Arbitrary<string>

interface Options {
  readonly knows: Knowledge
  /** Whether things may be wrong; otherwise all fits the schema. */
  readonly faulty: boolean
  readonly resolve: (reference: string) => JsonSchema
}

const text = (value: unknown): string => JSON.stringify(value)
const among = (values: readonly unknown[]): JsonText => fc.constantFrom(...values).map(text)

const HOSTILE: JsonText = fc.oneof(
  among(HOSTILE_TEXTS),
  fc.constantFrom(...HOSTILE_NUMBERS),
  fc.constantFrom(...HOSTILE_SHAPES),
  fc.string({unit: 'binary', maxLength: 40}).map(text),
  fc.json({maxDepth: 3}),
)

export const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString()

const COMING: JsonText = fc
  .date({min: new Date('2030-01-01T00:00:00Z'), max: new Date('2040-01-01T00:00:00Z'), noInvalidDate: true})
  .map((date) => text(date.toISOString()))
const INSTANT: JsonText = fc.oneof(
  COMING,
  fc
    .date({min: new Date(inDays(30)), max: new Date('2045-01-01T00:00:00Z'), noInvalidDate: true})
    .map((date) => text(date.toISOString())),
  fc.integer({min: -3, max: 3}).map((seconds) => text(new Date(Date.now() + seconds * 1000).toISOString())),
  among([
    '1970-01-01T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    '2028-02-29T23:59:59.999Z',
    '2026-03-29T02:30:00+01:00',
    '2026-12-01T09:00-12:00',
    '2026-12-01T09:00+14:00',
  ]),
)

const numbers = (least: number, most: number): fc.Arbitrary<string> =>
  fc.oneof(
    {weight: 6, arbitrary: fc.array(fc.integer({min: least, max: most}), {minLength: 1, maxLength: 4}).map(String)},
    {weight: 1, arbitrary: fc.constantFrom('', '0', '-0', '+1', '1.5', '-99999', '4294967296', 'x', '1,,2', '1, 2')},
  )
const DAY = fc.constantFrom('MO', 'TU', 'SU', '1MO', '-1FR', '5SA', '53SU', '-53TH', '0WE', '54MO', 'XX')
const RULE_PARTS = {
  INTERVAL: numbers(1, 1000),
  COUNT: numbers(1, 100),
  UNTIL: fc.constantFrom('20300101T000000Z', '20300101', '19700101T000000Z', '99991231T235959Z', '2030-01-01', '0'),
  BYDAY: fc.array(DAY, {minLength: 1, maxLength: 4}).map(String),
  BYMONTHDAY: numbers(-31, 31),
  BYMONTH: numbers(1, 12),
  BYYEARDAY: numbers(-366, 366),
  BYWEEKNO: numbers(-53, 53),
  BYHOUR: numbers(0, 23),
  BYMINUTE: numbers(0, 59),
  BYSECOND: numbers(0, 60),
  BYSETPOS: numbers(-366, 366),
  WKST: fc.constantFrom('MO', 'SU', 'XX'),
}
const FREQUENCY = fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY', 'HOURLY', 'MINUTELY', 'SECONDLY', 'NEVER')
const GOOD_RULE: JsonText = among([
  'daily',
  'weekly on mon,thu',
  'every 3 days',
  'yearly',
  'FREQ=MONTHLY;BYDAY=-1FR;COUNT=3',
  'RRULE:FREQ=WEEKLY;INTERVAL=2',
])
const ODD_RULE: JsonText = fc
  .tuple(FREQUENCY, fc.record(RULE_PARTS, {requiredKeys: []}), fc.constantFrom('', 'RRULE:', 'rrule:'))
  .map(([frequency, parts, before]) => {
    const all = Object.entries({FREQ: frequency, ...parts}).map((part) => part.join('='))
    return text(`${before}${all.join(';')}`)
  })

const WORDS: JsonText = fc.oneof(
  among(['Water the plants', 'a', 'Ünïcödé 日本語', 'one; two', '<b>bold</b>', 'x'.repeat(499)]),
  fc.string({unit: 'grapheme', minLength: 1, maxLength: 60}).map(text),
)

/** By the name of a field, where the schema cannot say what would be accepted. */
const named = (name: string, {knows, faulty}: Options): JsonText | undefined => {
  if (/(^id|_id|^before|^after)$/u.test(name) && knows.ids.length > 0) return among(knows.ids)
  if (/^(id|keyId)$/u.test(name)) return among(knows.uuids)
  if (name === 'tags' || name === 'tag') return among(knows.tags)
  if (name === 'recurring_pattern') return faulty ? fc.oneof(GOOD_RULE, ODD_RULE) : GOOD_RULE
  // The others are not set up here.
  if (name === 'channels' && !faulty) return among(['email'])
  // Not later: what repeats daily would be skipped a hundred times, which takes seconds where others compute too.
  if (name === 'until') return among([inDays(0), inDays(10), inDays(-30), inDays(-90)])
  if (name === 'cursor') return among(knows.cursors)
  if (name === 'search') return among(knows.searches)
  if (name === 'event_type') return among(['task.created', 'task.updated', 'reminder.sent', 'no.such_event'])
  if (name === 'time_zone') return among(['UTC', 'Europe/Berlin', 'America/St_Johns', 'Pacific/Apia', 'Etc/GMT+12'])
  if (name === 'email') return fc.emailAddress().map(text)
  if (/password/iu.test(name)) return among(['correct horse', 'password', 'x'.repeat(128)])
  if (name === 'token') return among(['abcdefghijklmnopqrstuvwxyz012345', 'a.b', ...knows.uuids])
  return undefined
}

/** Inputs for a schema, as JSON text. */
export function inputOf(schema: JsonSchema, options: Options, name = ''): JsonText {
  const fits = fitting(schema, options, name)
  return options.faulty ? fc.oneof({weight: 15, arbitrary: fits}, {weight: 1, arbitrary: HOSTILE}) : fits
}

function fitting(schema: JsonSchema, options: Options, name: string): JsonText {
  if (typeof schema['$ref'] === 'string') return fitting(options.resolve(schema['$ref']), options, name)
  const choices = (schema['anyOf'] ?? schema['oneOf']) as JsonSchema[] | undefined
  if (choices) return fc.oneof(...choices.map((choice) => inputOf(choice, options, name)))
  if ('const' in schema) return fc.constant(text(schema['const']))
  if (Array.isArray(schema['enum'])) return named(name, options) ?? among(schema['enum'])
  const [least, most] = [schema['minimum'] as number | undefined, schema['maximum'] as number | undefined]
  switch (schema['type']) {
    case 'object':
      return objectOf(schema, options)
    case 'array': {
      const items = inputOf(schema['items'] as JsonSchema, options, name)
      const limit = schema['maxItems'] as number | undefined
      const minLength = (schema['minItems'] as number | undefined) ?? 0
      return fc.array(items, {minLength, maxLength: Math.min(4, limit ?? 4)}).map((all) => `[${all.join()}]`)
    }
    case 'integer':
    case 'number':
      return named(name, options) ?? fc.integer({min: least ?? 1, max: Math.min(most ?? 2 ** 31, 2 ** 53)}).map(text)
    case 'boolean':
      return among([true, false])
    case 'null':
      return fc.constant('null')
    case 'string':
      return named(name, options) ?? (schema['format'] !== 'date-time' ? WORDS : options.faulty ? INSTANT : COMING)
    default:
      throw new Error(`nothing is known about ${JSON.stringify(schema)}`)
  }
}

function objectOf(schema: JsonSchema, options: Options): JsonText {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>)
  const required = new Set((schema['required'] ?? []) as string[])
  const fields = properties.map(([name, property]) => {
    const field = inputOf(property, options, name).map((value) => `${text(name)}:${value}`)
    const absent = {weight: required.has(name) ? (options.faulty ? 1 : 0) : 60, arbitrary: fc.constant('')}
    return fc.oneof({weight: 40, arbitrary: field}, absent)
  })
  const further = fc.oneof(
    {weight: 30, arbitrary: fc.constant('')},
    {weight: 1, arbitrary: HOSTILE.map((value) => `"__proto__":${value}`)},
    {weight: 1, arbitrary: HOSTILE.map((value) => `"user_id":${value}`)},
    {weight: 1, arbitrary: HOSTILE.map((value) => `"id":${value}`)},
    // The last one counts; the first may be what somebody else has looked at.
    {weight: 1, arbitrary: fc.oneof(...fields, fc.constant(''))},
  )
  return fc
    .tuple(fc.tuple(...fields), options.faulty ? further : fc.constant(''))
    .map(([present, more]) => `{${[...present, more].filter((field) => field !== '').join()}}`)
}
