import type {Finding} from './finding.ts'
import {nearest} from '../suggest.ts'
import {readResources, type Resource, type ResourceFile, text} from './resource.ts'
import type {Rule} from './rule.ts'
import {componentFields} from './rules/component-fields.ts'
import {configuration} from './rules/configuration.ts'
import {kafka} from './rules/kafka.ts'
import {pubsubResiliency} from './rules/pubsub-resiliency.ts'
import {resiliency} from './rules/resiliency.ts'
import {KIND_NAMES, resourceFields} from './rules/resource-fields.ts'
import {resourceShape} from './rules/resource-shape.ts'
import {secrets} from './rules/secrets.ts'
import {stateStore} from './rules/state-store.ts'
import {subscription} from './rules/subscription.ts'

const RULES: readonly Rule[] = [
  resourceShape,
  resourceFields,
  componentFields,
  secrets,
  kafka,
  stateStore,
  subscription,
  resiliency,
  pubsubResiliency,
  configuration,
]

/** Everything that is wrong or dangerous in a set of Dapr resource files, in the order of files and lines. */
export function lintResources(files: readonly ResourceFile[]): {resources: number; findings: Finding[]} {
  const read = files.map((file) => readResources(file))
  const resources = read.flatMap((file) => file.resources).filter(isDaprs)
  const findings = read.flatMap((file) => file.findings)
  for (const resource of resources) for (const rule of RULES) findings.push(...rule(resource, resources))
  return {
    resources: resources.length,
    findings: findings.toSorted(
      (a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.rule, b.rule),
    ),
  }
}

/** Others have kinds of the same names: a Configuration of Knative, a Component of Kustomize. */
function isDaprs({kind, value}: Resource): boolean {
  const group = /^([^/]+)\//u.exec(text(value['apiVersion']))?.[1]
  if (group !== undefined) return group === 'dapr.io' || nearest(group, ['dapr.io']).length > 0
  return KIND_NAMES.includes(kind) || nearest(kind, KIND_NAMES).length > 0
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
