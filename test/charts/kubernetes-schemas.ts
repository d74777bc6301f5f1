import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {Ajv, type ValidateFunction} from 'ajv'
import {execa} from 'execa'
import {KUBERNETES} from './helm.ts'

/** Whose own description of its objects is used; the Kubernetes of the Minikube that todo5 is tried on. */
const MODULE = `k8s.io/kubernetes@v${KUBERNETES}`

interface Definition {
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string
    readonly version: string
    readonly kind: string
  }[]
}
interface Swagger {
  readonly definitions: Readonly<Record<string, Definition>>
}

/** Kubernetes' swagger.json, out of its Go module: 35 MB the first time, then from Go's cache. */
async function swagger(): Promise<Swagger> {
  const {stdout, exitCode, code, stderr} = await execa('go', ['mod', 'download', '-json', MODULE], {
    reject: false,
    cwd: '/',
    env: {GOFLAGS: '-mod=mod'},
  })
  if (code === 'ENOENT')
    throw new Error('There is no go on the PATH, by which the schemas of Kubernetes are fetched: https://go.dev/dl')
  if (exitCode !== 0) throw new Error(`go mod download ${MODULE}: ${stderr}`)
  const {Dir} = JSON.parse(stdout) as {Dir: string}
  return JSON.parse(await readFile(join(Dir, 'api/openapi-spec/swagger.json'), 'utf8')) as Swagger
}

const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity'

/** OpenAPI 2 as JSON Schema, strict: a field that Kubernetes does not know is a fault, which Kubernetes itself drops silently. */
export function strict(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(strict)
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(node)
  const {format, properties, type} = node as Record<string, unknown>
  if (format === 'int-or-string') return {oneOf: [{type: 'string'}, {type: 'integer'}]}
  const made: Record<string, unknown> = {}
  for (const [key, value] of entries) {
    if (key === 'properties') {
      made[key] = Object.fromEntries(Object.entries(value as object).map(([name, inner]) => [name, strict(inner)]))
    } else if (key === 'format' && (type === 'integer' || type === 'number')) continue
    else if (!key.startsWith('x-') && key !== 'description') made[key] = strict(value)
  }
  if (properties !== undefined && !('additionalProperties' in node)) made['additionalProperties'] = false
  return made
}

export interface KubernetesSchemas {
  /** What is wrong with an object; empty when nothing is; undefined when Kubernetes itself has no such kind. */
  faults(object: {readonly apiVersion: string; readonly kind: string}): string[] | undefined
}

export async function kubernetesSchemas(): Promise<KubernetesSchemas> {
  const {definitions} = await swagger()
  const ajv = new Ajv({strict: false, allErrors: true, validateFormats: false})
  const quantity = {oneOf: [{type: 'string'}, {type: 'number'}]}
  ajv.addSchema({
    $id: 'kubernetes',
    definitions: {...(strict(definitions) as object), [QUANTITY]: quantity},
  })
  const names = new Map<string, string>()
  for (const [name, definition] of Object.entries(definitions)) {
    for (const {group, version, kind} of definition['x-kubernetes-group-version-kind'] ?? []) {
      names.set(`${group === '' ? '' : `${group}/`}${version} ${kind}`, name)
    }
  }
  const compiled = new Map<string, ValidateFunction>()
  return {
    faults(object) {
      const key = `${object.apiVersion} ${object.kind}`
      const name = names.get(key)
      if (name === undefined) return undefined
      const validate = compiled.get(key) ?? ajv.compile({$ref: `kubernetes#/definitions/${name}`})
      compiled.set(key, validate)
      if (validate(object)) return []
      return (validate.errors ?? []).map(
        ({instancePath, message, params}) => `${instancePath} ${message} ${JSON.stringify(params)}`,
      )
    },
  }
}
