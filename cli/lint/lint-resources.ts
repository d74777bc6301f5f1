import type {Finding} from './finding.ts'
import {type ResourceFile, readResources} from './resource.ts'
import type {Rule} from './rule.ts'
import {componentFields} from './rules/component-fields.ts'
import {configuration} from './rules/configuration.ts'
import {kafka} from './rules/kafka.ts'
import {resiliency} from './rules/resiliency.ts'
import {resourceShape} from './rules/resource-shape.ts'
import {secrets} from './rules/secrets.ts'
import {stateStore} from './rules/state-store.ts'
import {subscription} from './rules/subscription.ts'

const RULES: readonly Rule[] = [
  resourceShape,
  componentFields,
  secrets,
  kafka,
  stateStore,
  subscription,
  resiliency,
  configuration,
]

/** Everything that is wrong or dangerous in a set of Dapr resource files, in the order of files and lines. */
export function lintResources(files: readonly ResourceFile[]): {resources: number; findings: Finding[]} {
  const read = files.map((file) => readResources(file))
  const resources = read.flatMap((file) => file.resources)
  const findings = read.flatMap((file) => file.findings)
  for (const resource of resources) for (const rule of RULES) findings.push(...rule(resource, resources))
  return {
    resources: resources.length,
    findings: findings.toSorted(
      (a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.rule, b.rule),
    ),
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
