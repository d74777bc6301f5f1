import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Pair,
  parseAllDocuments,
  YAMLParseError,
} from 'yaml'
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
  // Dapr reads YAML 1.1, where `on` is a boolean, and takes over what `<<` names.
  const documents = parseAllDocuments(text, {lineCounter: lines, version: '1.1', merge: true})
  if (!Array.isArray(documents)) return {resources, findings}
  for (const document of documents) {
    // The first says what is wrong; the others follow from it.
    const [error] = document.errors
    const value = error === undefined ? valueOf(document) : error
    if (value instanceof Error) findings.push(unreadable({path, text}, value, lines, document))
    else if (isMap(document.contents)) resources.push(toResource(path, document, value, lines))
  }
  return {resources, findings}
}

/** An alias without its anchor, or so many of them that they would never end, are found only now. */
function valueOf(document: Document): unknown {
  try {
    return document.toJS()
  } catch (error) {
    if (error instanceof ReferenceError) return error
    throw error
  }
}

function unreadable(file: ResourceFile, error: Error, lines: LineCounter, document: Document): Finding {
  const {line, col} = lines.linePos(error instanceof YAMLParseError ? error.pos[0] : (startOf(document.contents) ?? 0))
  return {
    file: file.path,
    line,
    column: col,
    severity: 'error',
    rule: 'yaml',
    message: error.message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/u, ''),
    hint: file.text.includes('{{')
      ? 'It looks like a template: render it, and look at what comes out.'
      : 'Dapr does not load this document.',
  }
}

function toResource(file: string, document: Document, given: unknown, lines: LineCounter): Resource {
  const value = given as Record<string, unknown>
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
    // What an alias stands for is where its anchor is.
    if (isAlias(node)) node = node.resolve(document)
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
