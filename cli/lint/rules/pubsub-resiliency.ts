import {isComponent, isGroupPerProcess} from '../component.ts'
import type {Finding} from '../finding.ts'
import {defaultUsesOf, policiesOf, pubsubsOf, type Use, usesOf} from '../resiliency-uses.ts'
import {record, type Resource, text} from '../resource.ts'
import {finding, type Rule} from '../rule.ts'

const LONGEST_INTERVAL_MS = 1000
/** Of Dapr, for `constant` and `exponential` (github.com/dapr/kit/retry). */
const DEFAULT_INTERVAL = {constant: '5s', exponential: '60s'}

/** What happens to an event that an app could not take: it has to come again, soon, for ever, and before younger ones. */
export const pubsubResiliency: Rule = (resource, all) => {
  if (resource.kind === 'Resiliency') return policiesOfPubsub(resource, all)
  return isComponent(resource) && pubsubsOf(all).includes(resource) ? uncovered(resource, all) : []
}

/** Events come in by pub/sub and by input bindings. What is not among these files is taken for pub/sub. */
function policiesOfPubsub(resource: Resource, all: readonly Resource[]): Finding[] {
  const pubsubs = new Set(pubsubsOf(all).map(({name}) => name))
  const known = new Set(all.filter(({kind}) => kind === 'Component').map(({name}) => name))
  const explicit = usesOf(resource).filter(({component, direction}) => {
    if (component === undefined) return false
    return pubsubs.has(component) || (direction === 'inbound' && !known.has(component))
  })
  const byDefault = [...pubsubs].flatMap((component) => defaultUsesOf(resource, component))
  // A default for several components is one line.
  const uses = [...explicit, ...new Map(byDefault.map((use) => [`${use.direction} ${use.policy}`, use])).values()]
  return uses.flatMap((use) => {
    if (use.direction === 'outbound') return [outbound(resource, use)]
    if (use.kind === 'circuitBreakers') return [breakerInbound(resource, use)]
    if (use.kind === 'timeouts') return [timeoutInbound(resource, use)]
    return policiesOf(resource, 'retries')[use.policy] === undefined ? [] : inboundRetries(resource, use)
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

const timeoutInbound = (resource: Resource, {path}: Use): Finding =>
  finding(resource, path, {
    severity: 'warning',
    rule: 'timeout-inbound',
    message: 'After the time-out an event is delivered again while the app may still be at work on it.',
    hint: 'Leave it out, and let the app give up by itself.',
  })

function inboundRetries(resource: Resource, {path, policy}: Use): Finding[] {
  const retry = record(policiesOf(resource, 'retries')[policy])
  const exponential = text(retry['policy']).toLowerCase() === 'exponential'
  const ends = whenItEnds(retry, exponential)
  const found: Finding[] = []
  if (ends !== undefined)
    found.push(
      finding(resource, path, {
        severity: 'error',
        rule: 'finite-inbound-retries',
        message: `${ends}: an event that an app could not take is skipped, or goes to the dead letters.`,
        hint: 'Use {policy: constant, duration: 500ms, maxRetries: -1}; what can never be handled is for the dead letters.',
      }),
    )
  const longest = exponential
    ? text(retry['maxInterval']) || DEFAULT_INTERVAL.exponential
    : text(retry['duration']) || DEFAULT_INTERVAL.constant
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

/** Without maxRetries there is no end; exponential has one all the same, which a Resiliency cannot change. */
function whenItEnds(retry: Readonly<Record<string, unknown>>, exponential: boolean): string | undefined {
  const {maxRetries, matching} = retry
  if (maxRetries !== undefined && maxRetries !== null && Number(maxRetries) >= 0)
    return `After ${JSON.stringify(maxRetries)} retries`
  if (exponential) return 'After 15 minutes, whatever maxRetries says'
  return matching === undefined || matching === null ? undefined : 'At once, when the answer is none of matching'
}

/** What comes again when an app could not take it, is nowhere said. */
function uncovered(component: Resource, all: readonly Resource[]): Finding[] {
  const policies = all.filter(({kind}) => kind === 'Resiliency')
  // A file of its own says nothing about the policies that go with it.
  if (all.every(({kind}) => kind === 'Component')) return []
  if (isGroupPerProcess(component)) return []
  const retried = policies.some((resource) =>
    [...usesOf(resource), ...defaultUsesOf(resource, component.name)].some(
      (use) => use.component === component.name && use.direction === 'inbound' && use.kind === 'retries',
    ),
  )
  if (retried) return []
  return [
    finding(component, ['metadata', 'name'], {
      severity: 'warning',
      rule: 'no-inbound-retries',
      message: `No policy says when an event of ${component.name} comes again: that is left to the component, Kafka's waits for 5 s.`,
      hint: `In a Resiliency: targets: {components: {${component.name}: {inbound: {retry: …}}}}, with {policy: constant, duration: 500ms, maxRetries: -1}.`,
    }),
  ]
}

function milliseconds(duration: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/u.exec(duration)
  if (!match) return 0
  return Number(match[1]) * {ms: 1, s: 1000, m: 60_000, h: 3_600_000}[match[2] as 'ms' | 's' | 'm' | 'h']
}
