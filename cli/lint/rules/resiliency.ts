import {nearest} from '../../suggest.ts'
import {componentType} from '../component.ts'
import type {Finding} from '../finding.ts'
import {type Path, type Resource, record, text} from '../resource.ts'
import {finding, type Rule} from '../rule.ts'

const POLICY_FIELDS = {
  retries: ['policy', 'duration', 'maxInterval', 'maxRetries', 'matching'],
  circuitBreakers: ['maxRequests', 'interval', 'timeout', 'trip'],
} as const
const LONGEST_INTERVAL_MS = 1000

/** Policies that Dapr ignores, targets that do not exist, and retries that lose events. */
export const resiliency: Rule = (resource, all) => {
  if (resource.kind !== 'Resiliency') return []
  return [...policyFields(resource), ...references(resource), ...pubsubTargets(resource, all)]
}

function policiesOf(resource: Resource, kind: string): Readonly<Record<string, unknown>> {
  return record(record(record(resource.value['spec'])['policies'])[kind])
}

function policyFields(resource: Resource): Finding[] {
  return Object.entries(POLICY_FIELDS).flatMap(([kind, fields]) =>
    Object.entries(policiesOf(resource, kind)).flatMap(([name, policy]) =>
      Object.keys(record(policy))
        .filter((field) => !(fields as readonly string[]).includes(field))
        .map((field) => {
          const [near] = nearest(field, [...fields])
          return finding(resource, ['spec', 'policies', kind, name, field], {
            severity: 'error',
            rule: 'policy-field',
            message: `A policy of ${kind} has no ${field}; Dapr ignores it.`,
            hint: near ? `Did you mean ${near}?` : `It has ${fields.join(', ')}. Exponential begins at 500 ms.`,
          })
        }),
    ),
  )
}

interface Use {
  readonly path: Path
  readonly kind: 'timeouts' | 'retries' | 'circuitBreakers'
  readonly policy: string
  /** Of a component. */
  readonly component?: string
  readonly direction?: string
}

const KIND_OF = {timeout: 'timeouts', retry: 'retries', circuitBreaker: 'circuitBreakers'} as const

function usesOf(resource: Resource): Use[] {
  const targets = record(record(resource.value['spec'])['targets'])
  const uses = (value: unknown, path: Path, more: object): Use[] =>
    Object.entries(KIND_OF).flatMap(([field, kind]) => {
      const policy = text(record(value)[field])
      return policy === '' ? [] : [{path: [...path, field], kind, policy, ...more}]
    })
  const ofApps = Object.entries(record(targets['apps'])).flatMap(([app, value]) =>
    uses(value, ['spec', 'targets', 'apps', app], {}),
  )
  const ofComponents = Object.entries(record(targets['components'])).flatMap(([component, value]) =>
    ['inbound', 'outbound'].flatMap((direction) =>
      uses(record(value)[direction], ['spec', 'targets', 'components', component, direction], {component, direction}),
    ),
  )
  return [...ofApps, ...ofComponents]
}

function references(resource: Resource): Finding[] {
  return usesOf(resource)
    .filter(({kind, policy}) => policiesOf(resource, kind)[policy] === undefined)
    .map(({path, kind, policy}) =>
      finding(resource, path, {
        severity: 'error',
        rule: 'unknown-policy',
        message: `There is no policy ${policy} under ${kind}.`,
        hint: nearest(policy, Object.keys(policiesOf(resource, kind)))[0]
          ? `Did you mean ${nearest(policy, Object.keys(policiesOf(resource, kind)))[0]}?`
          : 'Dapr goes on without any policy.',
      }),
    )
}

function pubsubTargets(resource: Resource, all: readonly Resource[]): Finding[] {
  const pubsubs = new Set(
    all.filter((other) => componentType(other).startsWith('pubsub.')).map((component) => component.name),
  )
  return usesOf(resource).flatMap((use) => {
    if (use.component === undefined || !pubsubs.has(use.component)) return []
    if (use.direction === 'outbound') return [outbound(resource, use)]
    if (use.kind === 'circuitBreakers') return [breakerInbound(resource, use)]
    const exists = policiesOf(resource, use.kind)[use.policy] !== undefined
    return use.kind === 'retries' && exists ? inboundRetries(resource, use) : []
  })
}

const outbound = (resource: Resource, {path}: Use): Finding =>
  finding(resource, path, {
    severity: 'error',
    rule: 'pubsub-outbound',
    message: 'A policy on publishing sends an event again behind younger ones.',
    hint: 'Leave it out: the outbox relay tries again, in order.',
  })

const breakerInbound = (resource: Resource, {path}: Use): Finding =>
  finding(resource, path, {
    severity: 'error',
    rule: 'circuit-breaker-inbound',
    message: 'While a circuit breaker is open, events are refused and pass by.',
    hint: 'Leave it out: app health checks stop delivery while the app is away.',
  })

function inboundRetries(resource: Resource, {path, policy}: Use): Finding[] {
  const retry = record(policiesOf(resource, 'retries')[policy])
  const found: Finding[] = []
  if (retry['maxRetries'] !== -1 && retry['maxRetries'] !== '-1')
    found.push(
      finding(resource, path, {
        severity: 'error',
        rule: 'finite-inbound-retries',
        message: `${retry['maxRetries'] === undefined ? 'maxRetries is left out' : `After ${JSON.stringify(retry['maxRetries'])} retries`}: an event that an app could not take while it restarted is skipped.`,
        hint: 'Set maxRetries: -1; what can never be handled is for the dead letters.',
      }),
    )
  const longest =
    text(retry['maxInterval']) || (text(retry['policy']) === 'exponential' ? '60s' : text(retry['duration']))
  if (milliseconds(longest) > LONGEST_INTERVAL_MS)
    found.push(
      finding(resource, path, {
        severity: 'warning',
        rule: 'long-retry-interval',
        message: `Up to ${longest} pass between two retries, and the whole partition waits.`,
        hint: 'Use policy: constant with duration: 1s or less.',
      }),
    )
  return found
}

function milliseconds(duration: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/u.exec(duration)
  if (!match) return 0
  return Number(match[1]) * {ms: 1, s: 1000, m: 60_000, h: 3_600_000}[match[2] as 'ms' | 's' | 'm' | 'h']
}
