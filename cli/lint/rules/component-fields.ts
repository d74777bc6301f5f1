import {nearest} from '../../suggest.ts'
import {type ComponentField, componentFieldsOf, componentType, componentVersion, isComponent} from '../component.ts'
import {
  CONTRIB_VERSION,
  fieldsOf,
  type KnownVersion,
  type NamedField,
  TYPE_NAMES,
  versionsOf,
} from '../component-types.ts'
import type {Finding} from '../finding.ts'
import {record, type Resource, text} from '../resource.ts'
import {finding, type Rule} from '../rule.ts'

/** Those whose start was tried without each of these fields; what the descriptions of others call required is not always. */
const CERTAIN = ['pubsub.kafka', 'state.postgresql']

/** The type, its version, and the metadata that this version reads. Dapr itself ignores what it does not know. */
export const componentFields: Rule = (resource) => {
  if (!isComponent(resource)) return []
  const type = componentType(resource)
  const versions = versionsOf(type)
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
  const findings = [
    ...(version.deprecated ? [deprecated(resource, type)] : []),
    ...(text(record(resource.value['spec'])['version']) === '' ? [noVersion(resource)] : []),
  ]
  const fields = fieldsOf(type, version)
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
          severity: CERTAIN.includes(type) ? 'error' : 'warning',
          rule: 'field-missing',
          message: `${type} needs ${name}.`,
          hint: `Add - name: ${name} to spec.metadata.`,
        }),
      )
  }
  return findings
}

function unknownType(resource: Resource, type: string): Finding {
  const [near] = nearest(type, TYPE_NAMES)
  return finding(resource, ['spec', 'type'], {
    severity: near || type === '' ? 'error' : 'warning',
    rule: 'component-type',
    message: type === '' ? 'spec.type is missing.' : `${type} is no component type of Dapr ${CONTRIB_VERSION}.`,
    hint: near ? `Did you mean ${near}?` : 'Its metadata was not looked at.',
  })
}

const noVersion = (resource: Resource): Finding =>
  finding(resource, ['spec'], {
    severity: 'warning',
    rule: 'component-version',
    message: 'version is missing: Dapr takes v1, and Kubernetes refuses the component.',
    hint: 'Write version: v1, or the newer one that there is.',
  })

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

function badValue(resource: Resource, field: ComponentField, {type, allowed}: NamedField): Finding[] {
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
  const fields: KnownVersion['fields'] = versionsOf(type)?.[version]?.fields ?? {}
  return Object.entries(fields).some(([field, {secret}]) => secret && field.toLowerCase() === name.toLowerCase())
}
