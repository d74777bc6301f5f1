import type {Finding} from './finding.ts'
import type {Path, Resource} from './resource.ts'

/** Looks at one resource; the others are there for what only holds together. */
export type Rule = (resource: Resource, all: readonly Resource[]) => Finding[]

export function finding(
  resource: Resource,
  path: Path,
  found: Pick<Finding, 'severity' | 'rule' | 'message' | 'hint'>,
): Finding {
  return {file: resource.file, ...resource.position(path), ...found}
}
