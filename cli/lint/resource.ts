import {type Document, LineCounter, type Pair, isMap, isPair, isScalar, isSeq, parseAllDocuments} from 'yaml'
import type {Finding} from './finding.ts'

/** One document of a file of Dapr resources. */
export interface Resource {
  readonly file: string
  readonly kind: string
  readonly name: string
  readonly value: Readonly<Record<string, unknown>>
  /** Line and column, from 1, of what stands at a path; of the nearest parent when nothing does. */
  position(path: Path): Position
}

export type Path = readonly (string | number)[]
export interface Position {
  readonly line: number
  readonly column: number
}

export interface ResourceFile {
  readonly path: string
  readonly text: string
}

/** The documents of a file that are mappings; what is no YAML becomes findings. */
export function readResources({path, text}: ResourceFile): {resources: Resource[]; findings: Finding[]} {
  const lines = new LineCounter()
  const resources: Resource[] = []
  const findings: Finding[] = []
  const documents = parseAllDocuments(text, {lineCounter: lines})
  if (!Array.isArray(documents)) return {resources, findings}
  for (const document of documents) {
    // The first says what is wrong; the others follow from it.
    for (const error of document.errors.slice(0, 1)) {
      const {line, col} = lines.linePos(error.pos[0])
      findings.push({
        file: path,
        line,
        column: col,
        severity: 'error',
        rule: 'yaml',
        message: error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/u, ''),
        hint: 'Dapr does not load the file like this.',
      })
    }
    if (document.errors.length === 0 && isMap(document.contents)) resources.push(toResource(path, document, lines))
  }
  return {resources, findings}
}

function toResource(file: string, document: Document, lines: LineCounter): Resource {
  const value = document.toJS() as Record<string, unknown>
  return {
    file,
    kind: text(value['kind']),
    name: text(record(value['metadata'])['name']),
    value,
    position(path) {
      const {line, col} = lines.linePos(offsetOf(document, path))
      return {line, column: col}
    },
  }
}

/** Where the key (or the entry of a list) at a path begins. */
function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents
  let offset = startOf(node) ?? 0
  for (const step of path) {
    let next: unknown
    let at: number | undefined
    if (isMap(node)) {
      const pair = node.items.find(
        (item): item is Pair => isPair(item) && isScalar(item.key) && item.key.value === step,
      )
      if (!pair) return offset
      at = startOf(pair.key)
      next = pair.value
    } else if (isSeq(node) && typeof step === 'number') {
      next = node.items[step]
      at = startOf(next)
    }
    if (at === undefined) return offset
    offset = at
    node = next
  }
  return offset
}

function startOf(node: unknown): number | undefined {
  const range = (node as {range?: readonly number[] | null} | null)?.range
  return range?.[0]
}

export const text = (value: unknown): string => (typeof value === 'string' ? value : '')
export const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
