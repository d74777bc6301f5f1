import {canonicalType} from './component-types.ts'
import {type Path, type Resource, list, record, text} from './resource.ts'

/** One entry of a component's metadata. */
export interface ComponentField {
  readonly name: string
  readonly path: Path
  /** As Dapr reads it; null when it comes from a secret or an environment variable. */
  readonly value: string | null
  readonly entry: Readonly<Record<string, unknown>>
}

export const isComponent = (resource: Resource, type?: string): boolean =>
  resource.kind === 'Component' && (type === undefined || componentType(resource) === type)

/** Under the name by which its metadata is described. */
export const componentType = (resource: Resource): string =>
  canonicalType(text(record(resource.value['spec'])['type']).toLowerCase())

/** Left out, it is v1, as v0 is. */
export function componentVersion(resource: Resource): string {
  const version = text(record(resource.value['spec'])['version']).toLowerCase()
  return version === '' || version === 'v0' ? 'v1' : version
}

export function componentFieldsOf(resource: Resource): ComponentField[] {
  return list(record(resource.value['spec'])['metadata']).map((raw, place) => {
    const entry = record(raw)
    const value = entry['value']
    return {
      name: text(entry['name']),
      path: ['spec', 'metadata', place],
      value: isScalar(value) ? String(value) : null,
      entry,
    }
  })
}

/** Names of fields do not depend on case, as in Dapr. */
export function fieldOf(resource: Resource, name: string): ComponentField | undefined {
  return componentFieldsOf(resource).find((field) => field.name.toLowerCase() === name.toLowerCase())
}

const GROUP_FIELDS = ['consumerGroup', 'consumerID']

/** The consumer group of a pub/sub component, when it has one of its own. */
export const groupOf = (resource: Resource): ComponentField | undefined =>
  GROUP_FIELDS.map((name) => fieldOf(resource, name)).find((field) => field !== undefined)

/** A group that is new with each process has read nothing before, wants what comes from now on, and nothing again. */
export const isGroupPerProcess = (resource: Resource): boolean =>
  /\{(uuid|podName)\}/u.test(groupOf(resource)?.value ?? '')

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
