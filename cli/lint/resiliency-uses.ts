import {componentType} from './component.ts'
import {type Path, record, type Resource, text} from './resource.ts'

/** A policy where it is used. */
export interface Use {
  /** Where that is said. */
  readonly path: Path
  readonly kind: 'timeouts' | 'retries' | 'circuitBreakers'
  readonly policy: string
  /** Of a component. */
  readonly component?: string
  readonly direction?: Direction
}

type Direction = 'inbound' | 'outbound'
const DIRECTIONS = ['inbound', 'outbound'] as const
const KIND_OF = {timeout: 'timeouts', retry: 'retries', circuitBreaker: 'circuitBreakers'} as const

export function policiesOf(resource: Resource, kind: string): Readonly<Record<string, unknown>> {
  return record(record(record(resource.value['spec'])['policies'])[kind])
}

const targetsOf = (resource: Resource, kind: string): Readonly<Record<string, unknown>> =>
  record(record(record(resource.value['spec'])['targets'])[kind])

export const componentTargets = (resource: Resource): readonly string[] =>
  Object.keys(targetsOf(resource, 'components'))

/** What the targets of a Resiliency name. */
export function usesOf(resource: Resource): Use[] {
  const uses = (value: unknown, path: Path, more: object): Use[] =>
    Object.entries(KIND_OF).flatMap(([field, kind]) => {
      const policy = text(record(value)[field])
      return policy === '' ? [] : [{path: [...path, field], kind, policy, ...more}]
    })
  const ofApps = Object.entries(targetsOf(resource, 'apps')).flatMap(([app, value]) =>
    uses(value, ['spec', 'targets', 'apps', app], {}),
  )
  const ofComponents = Object.entries(targetsOf(resource, 'components')).flatMap(([component, value]) =>
    DIRECTIONS.flatMap((direction) =>
      uses(record(value)[direction], ['spec', 'targets', 'components', component, direction], {component, direction}),
    ),
  )
  return [...ofApps, ...ofComponents]
}

/**
 * What holds for a pub/sub component that is no target: policies with the names of defaults, the most particular first
 * (pkg/resiliency of Dapr 1.18.3).
 */
export function defaultUsesOf(resource: Resource, component: string): Use[] {
  if (componentTargets(resource).includes(component)) return []
  return DIRECTIONS.flatMap((direction) => {
    const side = direction === 'inbound' ? 'Inbound' : 'Outbound'
    const levels = [`PubsubComponent${side}`, `Component${side}`, 'Component', '']
    return Object.entries({retries: 'Retry', timeouts: 'Timeout', circuitBreakers: 'CircuitBreaker'}).flatMap(
      ([kind, word]) => {
        const policies = policiesOf(resource, kind)
        const policy = levels
          .map((level) => `Default${level}${word}Policy`)
          .find((name) => Object.hasOwn(policies, name))
        if (policy === undefined) return []
        return [{path: ['spec', 'policies', kind, policy], kind: kind as Use['kind'], policy, component, direction}]
      },
    )
  })
}

/** The pub/sub components among these resources. */
export const pubsubsOf = (all: readonly Resource[]): Resource[] =>
  all.filter((other) => other.kind === 'Component' && componentType(other).startsWith('pubsub.'))
