import type {Finding} from '../finding.ts'
import {type Resource, list, record} from '../resource.ts'
import {finding, type Rule} from '../rule.ts'

/** Configuration: defaults of Dapr 1.18 that surprise, and doors that stand open. */
export const configuration: Rule = (resource) => {
  if (resource.kind !== 'Configuration') return []
  return [
    ...hotReload(resource),
    ...cardinality(resource),
    ...mtls(resource),
    ...access(resource),
    ...sampling(resource),
  ]
}

const specOf = (resource: Resource): Readonly<Record<string, unknown>> => record(resource.value['spec'])

function hotReload(resource: Resource): Finding[] {
  const features = list(specOf(resource)['features']).map(record)
  const place = features.findIndex((feature) => feature['name'] === 'HotReload')
  if (place !== -1 && features[place]!['enabled'] === false) return []
  return [
    finding(resource, place === -1 ? ['spec'] : ['spec', 'features', place], {
      severity: 'warning',
      rule: 'hot-reload',
      message: `HotReload is on${place === -1 ? ' when it is left out' : ''}: a changed file changes a running sidecar, and a rollback finds another state than it left.`,
      hint: 'Add features: [{name: HotReload, enabled: false}] and restart on a change.',
    }),
  ]
}

function cardinality(resource: Resource): Finding[] {
  const spec = specOf(resource)
  const field = spec['metrics'] === undefined && spec['metric'] !== undefined ? 'metric' : 'metrics'
  const metrics = record(spec[field])
  if (metrics['enabled'] === false || record(metrics['http'])['increasedCardinality'] === false) return []
  return [
    finding(resource, metrics['http'] === undefined ? ['spec', field] : ['spec', field, 'http'], {
      severity: 'warning',
      rule: 'metrics-cardinality',
      message: 'increasedCardinality is on: every path becomes a series of its own, one per job and key.',
      hint: 'Set metrics: {http: {increasedCardinality: false}}.',
    }),
  ]
}

function mtls(resource: Resource): Finding[] {
  const setting = record(specOf(resource)['mtls'])
  if (setting['enabled'] !== false) return []
  return [
    finding(resource, ['spec', 'mtls', 'enabled'], {
      severity: 'error',
      rule: 'mtls-off',
      message: 'Without mTLS anybody on the network can call the services, and access control knows no caller.',
      hint: 'Remove it, or set it to true.',
    }),
  ]
}

function access(resource: Resource): Finding[] {
  const control = record(specOf(resource)['accessControl'])
  if (Object.keys(control).length === 0) return []
  const findings: Finding[] = []
  if (control['defaultAction'] !== 'deny')
    findings.push(
      finding(resource, ['spec', 'accessControl'], {
        severity: 'error',
        rule: 'access-default',
        message: 'accessControl lets everybody in whom no policy names.',
        hint: 'Set defaultAction: deny, and name who may call.',
      }),
    )
  for (const [place, policy] of list(control['policies']).map(record).entries()) {
    const missing = ['trustDomain', 'namespace'].filter((field) => policy[field] === undefined)
    if (missing.length > 0)
      findings.push(
        finding(resource, ['spec', 'accessControl', 'policies', place], {
          severity: 'error',
          rule: 'access-policy',
          message: `A policy without ${missing.join(' and ')} makes Dapr refuse the whole list.`,
          hint: `Add ${missing.join(' and ')}.`,
        }),
      )
  }
  return findings
}

function sampling(resource: Resource): Finding[] {
  const tracing = record(specOf(resource)['tracing'])
  const rate = tracing['samplingRate']
  if (rate === undefined || (typeof rate === 'string' && /^(0(\.\d+)?|1(\.0+)?)$/u.test(rate))) return []
  return [
    finding(resource, ['spec', 'tracing', 'samplingRate'], {
      severity: 'error',
      rule: 'sampling-rate',
      message: `samplingRate is a text from "0" to "1", not ${JSON.stringify(rate)}.`,
      hint: 'Put it into quotes: samplingRate: "0.1".',
    }),
  ]
}
