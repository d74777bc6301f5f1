import {z} from 'zod'
import {usageError} from '../errors.ts'
import {nearest} from '../suggest.ts'
import {PRINTED} from './commands.ts'
import type {Printed, Things} from './printed.ts'

/** Fields that were asked for, each with those inside it; empty: all of it. */
interface Choice extends Map<string, Choice> {}

type JsonObject = Readonly<Record<string, unknown>>

/** Leaves of what a command prints with --json the fields that `--fields a,b.c` names; throws when there is one it has not. */
export function chooseFields(id: string, text: string): (printed: unknown) => unknown {
  const printed = PRINTED[id]!
  const names = text.split(',').map((name) => name.trim())
  if (names.includes(''))
    throw usageError('--fields is a list such as id,title.', 'invalid_fields', `--fields ${fieldsOf(printed)[0]!}`)
  const known = new Set(printed.things.flatMap(({thing}) => pathsOf(thing)))
  const free = [...known].filter((path) => path.endsWith('.*')).map((path) => path.slice(0, -1))
  for (const name of names) {
    if (known.has(name) || free.some((prefix) => name.startsWith(prefix))) continue
    throw unknownField(
      name,
      [...known].filter((path) => !path.endsWith('.*')),
      fieldsOf(printed),
    )
  }
  const choice: Choice = new Map()
  for (const name of names) {
    let place = choice
    for (const part of name.split('.')) {
      if (!place.has(part)) place.set(part, new Map())
      place = place.get(part)!
    }
  }
  return (document) => chosenOf(document as JsonObject, printed.things, choice)
}

/** All fields that --fields of a command takes by name. */
export const fieldNames = (id: string): string[] => [
  ...new Set((PRINTED[id]?.things ?? []).flatMap(({thing}) => pathsOf(thing)).filter((path) => !path.endsWith('.*'))),
]

/** The fields of the things, without those inside them. */
const fieldsOf = ({things}: Pick<Printed, 'things'>): string[] => [
  ...new Set(things.flatMap(({thing}) => pathsOf(thing)).filter((path) => !path.includes('.'))),
]

function unknownField(name: string, known: readonly string[], fields: readonly string[]) {
  const inside = name.includes('.') ? known.filter((path) => path.startsWith(`${name.split('.')[0]!}.`)) : []
  const alike = known.filter((path) => path.includes('.') === name.includes('.'))
  const near = [nearest(name, alike), nearest(name, known)].find((found) => found.length > 0) ?? []
  return usageError(
    `There is no field ${name}.`,
    'unknown_field',
    ...(near.length > 0 ? [`did you mean ${near.join(' or ')}?`] : []),
    `fields: ${(inside.length > 0 ? inside : fields).join(', ')}`,
  )
}

/** What is listed is chosen from and all around it stays; errors and dry runs are whole. */
function chosenOf(document: JsonObject, things: readonly Things[], choice: Choice): unknown {
  if ('error' in document || ('steps' in document && document['dry_run'] === true)) return document
  const {results} = document
  if (Array.isArray(results))
    return {...document, results: results.map((result: JsonObject) => chosenOf(result, things, choice))}
  const list = things.find((kind) => kind.list !== null && Array.isArray(document[kind.list]))?.list
  return list === undefined || list === null
    ? pick(document, choice)
    : {...document, [list]: pick(document[list], choice)}
}

function pick(value: unknown, choice: Choice): unknown {
  if (choice.size === 0 || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((entry) => pick(entry, choice))
  const entries = [...choice].filter(([name]) => name in value)
  return Object.fromEntries(entries.map(([name, inside]) => [name, pick((value as JsonObject)[name], inside)]))
}

interface Node {
  readonly properties?: Readonly<Record<string, Node>>
  readonly additionalProperties?: boolean | Node
  readonly items?: Node
  readonly anyOf?: readonly Node[]
}

const pathsOf = (thing: z.ZodType): string[] => pathsIn(z.toJSONSchema(thing, {io: 'output'}) as Node)

/** `id`, `series`, `series.rule`; `headers.*` where names are not known. */
function pathsIn({properties = {}, additionalProperties, items, anyOf = []}: Node, prefix = ''): string[] {
  const named = Object.entries(properties).flatMap(([name, node]) => [
    `${prefix}${name}`,
    ...pathsIn(node, `${prefix}${name}.`),
  ])
  const free = typeof additionalProperties === 'object' ? [`${prefix}*`] : []
  return [
    ...named,
    ...free,
    ...(items ? pathsIn(items, prefix) : []),
    ...anyOf.flatMap((node) => pathsIn(node, prefix)),
  ]
}
