import {formatPatch, structuredPatch} from 'diff'
import {parse} from 'yaml'
import {SERVICE_NAMES, type ServiceName} from '../../services/contracts/service-names.ts'
import type {RenderedResource} from './render-dapr.ts'

/** What of a file is another than before. */
export interface DaprChange {
  readonly path: string
  readonly change: 'added' | 'removed' | 'changed'
  /** As `diff -u` shows it, without its heading. */
  readonly diff: string
}

/** From one rendering to another, in the order of the paths. */
export function daprChanges(before: readonly RenderedResource[], after: readonly RenderedResource[]): DaprChange[] {
  const [old, now] = [before, after].map((resources) => new Map(resources.map(({path, text}) => [path, text])))
  const paths = [...new Set([...old!.keys(), ...now!.keys()])].toSorted()
  return paths.flatMap((path) => {
    const [from, to] = [old!.get(path), now!.get(path)]
    if (from === to) return []
    const change = from === undefined ? 'added' : to === undefined ? 'removed' : 'changed'
    return [{path, change, diff: unified(path, from ?? '', to ?? '')}]
  })
}

function unified(path: string, from: string, to: string): string {
  const patch = formatPatch(structuredPatch(path, path, from, to, undefined, undefined, {context: 2}))
  const lines = patch.split('\n')
  return lines
    .slice(lines.findIndex((line) => line.startsWith('@@')))
    .join('\n')
    .trimEnd()
}

/** What of a rendering the sidecar of a service is given: its Configuration, and all that concerns it. */
export function resourcesOf(app: ServiceName, rendered: readonly RenderedResource[]) {
  const name = `config/todo5-${app}.yaml`
  const configuration = rendered.find(({path}) => path === name)
  if (!configuration) throw new Error(`dapr/ has no ${name}`)
  return {
    configuration: configuration.text,
    resources: rendered.filter(({path, text}) => !path.startsWith('config/') && concerns(app, text)),
  }
}

function concerns(app: ServiceName, text: string): boolean {
  const {scopes} = parse(text) as {scopes?: readonly string[]}
  return scopes === undefined || scopes.includes(app)
}

/** The services whose sidecars are given something else. */
export const concernedBy = (before: readonly RenderedResource[], after: readonly RenderedResource[]): ServiceName[] =>
  SERVICE_NAMES.filter((app) => JSON.stringify(resourcesOf(app, before)) !== JSON.stringify(resourcesOf(app, after)))
