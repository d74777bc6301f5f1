import {componentVersion, fieldOf, isComponent} from '../component.ts'
import {finding, type Rule} from '../rule.ts'

/** state.postgresql: v1 is another table layout, without etags that are safe to compare. */
export const stateStore: Rule = (resource) => {
  if (!isComponent(resource, 'state.postgresql')) return []
  const findings = []
  if (componentVersion(resource) === 'v1')
    findings.push(
      finding(resource, ['spec', 'version'], {
        severity: 'error' as const,
        rule: 'state-version',
        message: 'Version v1 of state.postgresql is the old layout; v2 cannot read what it has written.',
        hint: 'Write version: v2 before anything is stored.',
      }),
    )
  if (!fieldOf(resource, 'connectionString') && !fieldOf(resource, 'url') && !fieldOf(resource, 'host'))
    findings.push(
      finding(resource, ['spec', 'metadata'], {
        severity: 'error' as const,
        rule: 'field-missing',
        message: 'state.postgresql needs connectionString, or host and its companions.',
        hint: 'Add - name: connectionString with a secretKeyRef.',
      }),
    )
  return findings
}
