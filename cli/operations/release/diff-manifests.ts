import {structuredPatch} from 'diff'
import {parseAllDocuments, stringify} from 'yaml'
import {markSecrets, shownMarks} from './hide-secrets.ts'

export interface ObjectDiff {
  /** Such as Deployment/chat-api. */
  readonly object: string
  readonly change: 'added' | 'removed' | 'changed'
  /** With + or - or a space ahead, and … between parts; of what is added or removed as a whole none. */
  readonly lines: readonly string[]
}

/** Unchanged lines that are shown around a change. */
const CONTEXT = 2

/** What is different between two manifests, object by object, without any secret. @throws Error when one is no YAML */
export function diffManifests(before: string, after: string): ObjectDiff[] {
  const [old, now] = [objectsOf(before), objectsOf(after)]
  const names = [...new Set([...old.keys(), ...now.keys()])].toSorted()
  return names.flatMap((object): ObjectDiff[] => {
    const [from, to] = [old.get(object), now.get(object)]
    if (from === to) return []
    if (from === undefined) return [{object, change: 'added', lines: []}]
    if (to === undefined) return [{object, change: 'removed', lines: []}]
    return [{object, change: 'changed', lines: linesOf(from, to)}]
  })
}

/** By name, as YAML with marks in place of secrets. */
function objectsOf(manifest: string): Map<string, string> {
  const objects = new Map<string, string>()
  for (const document of parseAllDocuments(manifest)) {
    if (!('toJS' in document)) continue
    if (document.errors.length > 0) throw document.errors[0]!
    const object = document.toJS() as {kind?: string; metadata?: {name?: string; namespace?: string}} | null
    if (object?.kind === undefined) continue
    const {kind, metadata: {name = '?'} = {}} = object
    objects.set(`${kind}/${name}`, stringify(markSecrets(object), {lineWidth: 0}))
  }
  return objects
}

function linesOf(before: string, after: string): string[] {
  const {hunks} = structuredPatch('', '', before, after, '', '', {context: CONTEXT})
  return shownMarks(hunks.flatMap(({lines}, index) => [...(index === 0 ? [] : ['…']), ...lines]))
}

/** The image of a service in a manifest; undefined when there is none. */
export function imageIn(manifest: string, deployment = 'chat-api'): string | undefined {
  for (const document of parseAllDocuments(manifest)) {
    if (!('toJS' in document)) continue
    const object = document.toJS() as Deployment | null
    if (object?.kind !== 'Deployment' || object.metadata.name !== deployment) continue
    return object.spec.template.spec.containers.find(({name}) => name === deployment)?.image
  }
  return undefined
}

interface Deployment {
  readonly kind: string
  readonly metadata: {readonly name: string}
  readonly spec: {
    readonly template: {
      readonly spec: {readonly containers: readonly {readonly name: string; readonly image: string}[]}
    }
  }
}
