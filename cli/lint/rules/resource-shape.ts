import {nearest} from '../../suggest.ts'
import type {Finding} from '../finding.ts'
import {record, text} from '../resource.ts'
import {finding, type Rule} from '../rule.ts'
import {apiVersionsOf, KIND_NAMES} from './resource-fields.ts'

/** A resource name becomes part of URLs and, on Kubernetes, the name of an object. */
const NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/u

/** What every resource has: a kind, its API version, a name of its own. */
export const resourceShape: Rule = (resource, all) => {
  const {kind, name, value} = resource
  const versions = apiVersionsOf(kind)
  if (!versions) {
    const [near] = nearest(kind, KIND_NAMES)
    // Other objects may share a folder with Dapr's own.
    if (!near && !text(value['apiVersion']).startsWith('dapr.io/')) return []
    return [
      finding(resource, ['kind'], {
        severity: 'error',
        rule: 'kind',
        message: `${kind === '' ? 'kind is missing' : `${kind} is no kind of Dapr resource`}.`,
        hint: near ? `Did you mean ${near}?` : `Kinds are ${KIND_NAMES.join(', ')}.`,
      }),
    ]
  }
  const findings: Finding[] = []
  if (kind === 'Component' && record(value['spec'])['ignoreErrors'] === true)
    findings.push(
      finding(resource, ['spec', 'ignoreErrors'], {
        severity: 'warning',
        rule: 'ignore-errors',
        message: 'With ignoreErrors a sidecar starts without this component, and only its calls fail.',
        hint: 'Remove it: a sidecar that cannot work had better not start.',
      }),
    )
  if (!versions.includes(text(value['apiVersion'])))
    findings.push(
      finding(resource, ['apiVersion'], {
        severity: 'error',
        rule: 'api-version',
        message: `apiVersion of a ${kind} is ${versions[0]}, not ${text(value['apiVersion']) || 'nothing'}.`,
        hint: `Write apiVersion: ${versions[0]}.`,
      }),
    )
  if (!NAME.test(name))
    findings.push(
      finding(resource, ['metadata', 'name'], {
        severity: 'error',
        rule: 'name',
        message: name === '' ? 'metadata.name is missing.' : `${name} is no name of a resource.`,
        hint: 'Use lower-case letters, digits, - and .',
      }),
    )
  const first = all.find(
    (other) => other.kind === kind && other.name === name && name !== '' && sameNamespace(other.value, value),
  )
  if (first && first !== resource)
    findings.push(
      finding(resource, ['metadata', 'name'], {
        severity: 'error',
        rule: 'duplicate-name',
        message: `Another ${kind} is called ${name} (${first.file}:${first.position(['metadata', 'name']).line}).`,
        hint: 'Which of them is loaded is chance; rename or remove one.',
      }),
    )
  return findings
}

const sameNamespace = (a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean =>
  record(a['metadata'])['namespace'] === record(b['metadata'])['namespace']
