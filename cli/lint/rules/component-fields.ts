import {nearest} from '../../suggest.ts'
import {type ComponentField, componentFieldsOf, componentType, componentVersion, isComponent} from '../component.ts'
import known from '../dapr-component-fields.json' with {type: 'json'}
import type {Finding} from '../finding.ts'
import type {Resource} from '../resource.ts'
import {finding, type Rule} from '../rule.ts'

interface KnownField {
  readonly required?: boolean
  readonly secret?: boolean
  readonly type?: string
  readonly allowed?: readonly string[]
}
interface KnownVersion {
  readonly deprecated?: boolean
  readonly fields: Readonly<Record<string, KnownField>>
}

const TYPES = known.types as Readonly<Record<string, Readonly<Record<string, KnownVersion>>>>

/** Topic scopes stand in the metadata of every pub/sub component and are read by the runtime. */
const TOPIC_SCOPES = ['publishingScopes', 'subscriptionScopes', 'allowedTopics', 'protectedTopics']

/** The type, its version, and the metadata that this version reads. Dapr itself ignores what it does not know. */
export const componentFields: Rule = (resource) => {
  if (!isComponent(resource)) return []
  const type = componentType(resource)
  const versions = TYPES[type]
  if (!versions) return [unknownType(resource, type)]
  const version = versions[componentVersion(resource)]
  if (!version) {
    return [
      finding(resource, ['spec', 'version'], {
        severity: 'error',
        rule: 'component-version',
        message: `${type} has no version ${componentVersion(resource) || '(none given)'}.`,
        hint: `Write version: ${Object.keys(versions).at(-1)}.`,
      }),
    ]
  }
  const findings = version.deprecated ? [deprecated(resource, type)] : []
  const fields = knownFields(type, version)
  const given = componentFieldsOf(resource)
  for (const [place, field] of given.entries()) {
    const match = fields.get(field.name.toLowerCase())
    if (!match) findings.push(unknownField(resource, field, type, fields))
    else findings.push(...badValue(resource, field, match))
    const twice = given.findIndex((other) => other.name.toLowerCase() === field.name.toLowerCase())
    if (twice !== place && field.name !== '')
      findings.push(
        finding(resource, [...field.path, 'name'], {
          severity: 'error',
          rule: 'field-twice',
          message: `${field.name} is given twice.`,
          hint: 'Only one of them counts; remove the other.',
        }),
      )
  }
  const names = new Set(given.map((field) => field.name.toLowerCase()))
  for (const [name, field] of Object.entries(version.fields)) {
    if (field.required && !names.has(name.toLowerCase()))
      findings.push(
        finding(resource, ['spec', 'metadata'], {
          severity: 'error',
          rule: 'field-missing',
          message: `${type} needs ${name}.`,
          hint: `Add - name: ${name} to spec.metadata.`,
        }),
      )
  }
  return findings
}

function knownFields(type: string, version: KnownVersion): Map<string, KnownField & {name: string}> {
  const scopes = type.startsWith('pubsub.') ? TOPIC_SCOPES.map((name) => [name, {}] as const) : []
  return new Map(
    [...Object.entries(version.fields), ...scopes].map(([name, field]) => [name.toLowerCase(), {...field, name}]),
  )
}

function unknownType(resource: Resource, type: string): Finding {
  const [near] = nearest(type, Object.keys(TYPES))
  return finding(resource, ['spec', 'type'], {
    severity: near || type === '' ? 'error' : 'warning',
    rule: 'component-type',
    message:
      type === '' ? 'spec.type is missing.' : `${type} is no component type of Dapr ${known.components_contrib}.`,
    hint: near ? `Did you mean ${near}?` : 'Its metadata was not looked at.',
  })
}

const deprecated = (resource: Resource, type: string): Finding =>
  finding(resource, ['spec', 'type'], {
    severity: 'warning',
    rule: 'component-deprecated',
    message: `${type} is deprecated.`,
    hint: 'A coming version of Dapr is without it.',
  })

function unknownField(
  resource: Resource,
  field: ComponentField,
  type: string,
  fields: ReadonlyMap<string, {name: string}>,
): Finding {
  const [near] = nearest(
    field.name,
    [...fields.values()].map(({name}) => name),
  )
  return finding(resource, [...field.path, 'name'], {
    severity: 'error',
    rule: 'field-unknown',
    message: field.name === '' ? 'An entry without a name.' : `${type} does not read ${field.name}.`,
    hint: near
      ? `Did you mean ${near}? Dapr ignores what it does not know.`
      : 'Dapr ignores it without a word; remove it.',
  })
}

const FORMS: Readonly<Record<string, {readonly form: RegExp; readonly example: string}>> = {
  number: {form: /^-?\d+(\.\d+)?$/u, example: 'a number'},
  bool: {form: /^(true|false|yes|no|y|n|t|f|on|off|1|0)$/iu, example: 'true or false'},
  duration: {form: /^(\d+|(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+|-1)$/u, example: 'a duration such as 200ms or 10s'},
}

function badValue(resource: Resource, field: ComponentField, {type, allowed}: KnownField): Finding[] {
  const {value} = field
  // A placeholder is filled in before Dapr reads it.
  if (value === null || /\$\{|\{\{|\{\w+\}/u.test(value)) return []
  if (allowed && !allowed.some((choice) => choice.toLowerCase() === value.toLowerCase())) {
    return [
      finding(resource, [...field.path, 'value'], {
        severity: 'error',
        rule: 'field-value',
        message: `${field.name} cannot be ${value}.`,
        hint: `It is one of ${allowed.join(', ')}.`,
      }),
    ]
  }
  const wanted = type === undefined ? undefined : FORMS[type]
  if (!wanted || value === '' || wanted.form.test(value)) return []
  return [
    finding(resource, [...field.path, 'value'], {
      severity: 'error',
      rule: 'field-value',
      message: `${field.name} cannot be ${value}.`,
      hint: `It is ${wanted.example}.`,
    }),
  ]
}

/** Whether a field of a type holds a secret. */
export function isSecretField(type: string, version: string, name: string): boolean {
  const fields = TYPES[type]?.[version]?.fields ?? {}
  return Object.entries(fields).some(([field, {secret}]) => secret && field.toLowerCase() === name.toLowerCase())
}
