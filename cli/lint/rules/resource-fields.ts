import {nearest} from '../../suggest.ts'
import known from '../dapr-resource-fields.json' with {type: 'json'}
import type {Finding} from '../finding.ts'
import type {Path, Resource} from '../resource.ts'
import {finding, type Rule} from '../rule.ts'

/** A word such as `string`, `[type]` for a list, `{"*": type}` for a map, `{field: type}` for an object. */
type FieldType = string | readonly FieldType[] | {readonly [field: string]: FieldType}

const KINDS = known.kinds as unknown as Readonly<Record<string, Readonly<Record<string, FieldType>>>>

/** The API versions of a kind, the newest first; undefined when Dapr has no such kind. */
export const apiVersionsOf = (kind: string): readonly string[] | undefined =>
  Object.hasOwn(KINDS, kind) ? Object.keys(KINDS[kind]!).toSorted().toReversed() : undefined

export const KIND_NAMES = Object.keys(KINDS)

/** Fields that Dapr does not read, and values of a form that it refuses. Nothing of it is said when it starts. */
export const resourceFields: Rule = (resource) => {
  const {apiVersion} = resource.value as {apiVersion?: unknown}
  const type = KINDS[resource.kind]?.[String(apiVersion)]
  return type === undefined ? [] : look(resource, [], resource.value, type)
}

function look(resource: Resource, path: Path, value: unknown, type: FieldType): Finding[] {
  // Nothing given is as good as left out.
  if (type === 'any' || value === null || value === undefined) return []
  if (typeof type === 'string') return fits(value, type) ? [] : [wrongForm(resource, path, `a ${type}`)]
  if (Array.isArray(type)) {
    if (!Array.isArray(value)) return [wrongForm(resource, path, 'a list')]
    return value.flatMap((entry, place) => look(resource, [...path, place], entry, type[0]))
  }
  if (typeof value !== 'object' || Array.isArray(value)) return [wrongForm(resource, path, 'a mapping')]
  const fields = type as Readonly<Record<string, FieldType>>
  return Object.entries(value).flatMap(([field, inner]) => {
    const wanted = fields['*'] ?? (Object.hasOwn(fields, field) ? fields[field] : undefined)
    if (wanted !== undefined) return look(resource, [...path, field], inner, wanted)
    return [unknownField(resource, [...path, field], Object.keys(fields))]
  })
}

/** A number or a boolean without quotes is taken for text, as by Dapr; not the other way round. */
function fits(value: unknown, type: string): boolean {
  if (type === 'string') return typeof value !== 'object'
  if (type === 'boolean') return typeof value === 'boolean'
  return typeof value === 'number' && (type !== 'integer' || Number.isInteger(value))
}

const wrongForm = (resource: Resource, path: Path, form: string): Finding =>
  finding(resource, path, {
    severity: 'error',
    rule: 'field-form',
    message: `${nameOf(path)} is no ${form.replace(/^a /u, '')}.`,
    hint: `Write ${form}; as it is, Dapr does not load this ${resource.kind}, and goes on without it.`,
  })

function unknownField(resource: Resource, path: Path, fields: readonly string[]): Finding {
  const name = String(path.at(-1))
  const place = path.length === 1 ? `A ${resource.kind}` : nameOf(path.slice(0, -1))
  const inOtherLetters = fields.find((field) => field.toLowerCase() === name.toLowerCase())
  if (inOtherLetters !== undefined) {
    return finding(resource, path, {
      severity: 'warning',
      rule: 'resource-field',
      message: `${name} is ${inOtherLetters} in other letters; Kubernetes does not know it.`,
      hint: `Write ${inOtherLetters}.`,
    })
  }
  const [near] = nearest(name, fields)
  return finding(resource, path, {
    severity: 'error',
    rule: 'resource-field',
    message: `${place} has no ${name}; Dapr ignores it.`,
    hint: near ? `Did you mean ${near}?` : (whereElse(resource, name) ?? `It has ${fields.join(', ')}.`),
  })
}

/** What often stands one level too deep or too high. */
function whereElse({kind, value}: Resource, name: string): string | undefined {
  const type = KINDS[kind]![String(value['apiVersion'])] as Readonly<Record<string, FieldType>>
  if (Object.hasOwn(type, name)) return `It stands beside spec, not in it.`
  const spec = type['spec']
  if (typeof spec === 'object' && Object.hasOwn(spec, name)) return 'It stands in spec.'
  return undefined
}

/** `spec.bulkSubscribe`, `spec.metadata[2]` */
const nameOf = (path: Path): string =>
  path.map((step, place) => (typeof step === 'number' ? `[${step}]` : place === 0 ? step : `.${step}`)).join('')
