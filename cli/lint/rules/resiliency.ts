import {nearest} from '../../suggest.ts'
import type {Finding} from '../finding.ts'
import {componentTargets, policiesOf, usesOf} from '../resiliency-uses.ts'
import type {Resource} from '../resource.ts'
import {finding, type Rule} from '../rule.ts'

/** Policies and components that are named and do not exist. Dapr goes on without. */
export const resiliency: Rule = (resource, all) => {
  if (resource.kind !== 'Resiliency') return []
  return [...policies(resource), ...components(resource, all)]
}

function policies(resource: Resource): Finding[] {
  return usesOf(resource)
    .filter(({kind, policy}) => policiesOf(resource, kind)[policy] === undefined)
    .map(({path, kind, policy}) => {
      const [near] = nearest(policy, Object.keys(policiesOf(resource, kind)))
      return finding(resource, path, {
        severity: 'error',
        rule: 'unknown-policy',
        message: `There is no policy ${policy} under ${kind}.`,
        hint: near ? `Did you mean ${near}?` : 'Dapr goes on without any policy.',
      })
    })
}

/** Only where components are looked at as well; a file of policies may stand alone. */
function components(resource: Resource, all: readonly Resource[]): Finding[] {
  const names = all.filter(({kind}) => kind === 'Component').map(({name}) => name)
  if (names.length === 0) return []
  return componentTargets(resource)
    .filter((target) => !names.includes(target))
    .map((target) => {
      const [near] = nearest(target, names)
      return finding(resource, ['spec', 'targets', 'components', target], {
        severity: near ? 'error' : 'warning',
        rule: 'unknown-component',
        message: `There is no component ${target} among these files.`,
        hint: near ? `Did you mean ${near}?` : 'Check the name; a policy for nobody does nothing.',
      })
    })
}
