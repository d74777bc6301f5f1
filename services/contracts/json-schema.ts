import {z} from 'zod'

export type JsonSchema = Record<string, unknown>

type Override = NonNullable<NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override']>

/** What zod writes down, made fit for a public document. */
const present: Override = ({zodSchema, jsonSchema}) => {
  const schema = jsonSchema as JsonSchema
  // A number in a query arrives as text, and is checked by what it is piped into.
  if (zodSchema instanceof z.ZodPipe && zodSchema.in instanceof z.ZodNumber && zodSchema.in.def.coerce) {
    const {$schema: _, ...checked} = z.toJSONSchema(zodSchema.out as z.ZodType, {override: present}) as JsonSchema
    for (const key of Object.keys(schema)) if (key !== 'default') delete schema[key]
    Object.assign(schema, checked)
  }
  if (schema['minimum'] === Number.MIN_SAFE_INTEGER) delete schema['minimum']
  if (schema['maximum'] === Number.MAX_SAFE_INTEGER && schema['minimum'] === undefined) delete schema['maximum']
  // The formats say it; zod's expressions for them are 200 characters each.
  if (schema['format'] === 'uuid' || schema['format'] === 'email') delete schema['pattern']
  if (schema['format'] === 'date-time' && typeof schema['pattern'] === 'string') schema['pattern'] = 'Z$'
  if ('example' in schema) {
    schema['examples'] = [schema['example']]
    delete schema['example']
  }
}

/** Answers may gain fields within a version, so they do not forbid others; requests do. */
const presentOpen: Override = (context) => {
  present(context)
  const schema = context.jsonSchema as JsonSchema
  if (schema['additionalProperties'] === false) delete schema['additionalProperties']
}

/** A schema as clients send it: unknown fields are refused. */
export const requestSchema = (schema: z.ZodType): JsonSchema => toSchema(schema, 'input', present)

/** A schema as todo5 answers or publishes. */
export const responseSchema = (schema: z.ZodType): JsonSchema => toSchema(schema, 'output', presentOpen)

function toSchema(schema: z.ZodType, io: 'input' | 'output', override: Override): JsonSchema {
  const {$schema: _, ...rest} = z.toJSONSchema(schema, {io, override}) as JsonSchema
  return rest
}

/** Named schemas that refer to each other by `#/components/schemas/<name>`. */
export function componentSchemas(
  schemas: Readonly<Record<string, z.ZodType>>,
  direction: 'request' | 'response',
): Record<string, JsonSchema> {
  const registry = z.registry<{id: string}>()
  for (const [id, schema] of Object.entries(schemas)) registry.add(schema, {id})
  const {schemas: written} = z.toJSONSchema(registry, {
    io: direction === 'request' ? 'input' : 'output',
    override: direction === 'request' ? present : presentOpen,
    uri: (id) => `#/components/schemas/${id}`,
  }) as {schemas: Record<string, JsonSchema>}
  return Object.fromEntries(
    Object.entries(written).map(([name, {$schema: _schema, $id: _id, id: _name, ...schema}]) => [name, schema]),
  )
}
