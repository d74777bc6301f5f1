import {Ajv2020, type ValidateFunction} from 'ajv/dist/2020.js'
import {buildOpenApi} from '../../services/contracts/openapi.ts'
import {CONTRACT_VERSION} from '../../services/contracts/version.ts'

export interface AnswerToCheck {
  readonly method: string
  /** As requested: public (/api/v1/…) or of an inner service (/v1/…), with or without a query. */
  readonly path: string
  readonly status: number
  readonly headers: Headers | Readonly<Record<string, string | number | readonly string[] | undefined>>
  /** Parsed when it is JSON, else the text. */
  readonly body: unknown
}

interface Documented {
  readonly template: RegExp
  readonly operations: Readonly<Record<string, {readonly responses: Readonly<Record<string, Response>>}>>
}
interface Response {
  readonly $ref?: string
  readonly headers?: Readonly<Record<string, unknown>>
  readonly content?: Readonly<Record<string, {schema: {$ref: string}}>>
}

type Json = Record<string, any> // eslint-disable-line typescript/no-explicit-any -- a JSON document

const document: Json = buildOpenApi(CONTRACT_VERSION)
const paths: Documented[] = Object.entries(document['paths'] as Json).map(([path, operations]) => ({
  template: new RegExp(`^${path.replace(/\{\w+\}/gu, '[^/]+')}$`, 'u'),
  operations,
}))

/** Where nothing is documented only these can be answered, always as a problem. */
const WITHOUT_OPERATION = new Set([401, 403, 404, 405, 429, 503])

const ajv = new Ajv2020({
  strict: false,
  allErrors: true,
  formats: {
    'date-time': (text: string) =>
      !Number.isNaN(Date.parse(text)) && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/u.test(text),
    uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u,
    email: /^\S+@\S+$/u,
    uri: (text: string) => URL.canParse(text),
  },
})
ajv.addSchema({$id: 'openapi', components: {schemas: closed(document['components']['schemas'])}})
const validators = new Map<string, ValidateFunction>()

/**
 * Throws when a real answer is not in the OpenAPI document: another status, a field that is not there, a field too much,
 * another type of content. What is not under /api/v1 is not looked at.
 */
export function checkAgainstOpenApi(answer: AnswerToCheck): void {
  const path = /^(?:\/api)?\/v1(\/[^?]*)/u.exec(answer.path)?.[1]
  if (path === undefined) return
  const where = `${answer.method} ${answer.path.split('?')[0]} answered ${answer.status}`
  const method = answer.method.toLowerCase()
  const operation = paths.find(({template, operations}) => template.test(path) && method in operations)?.operations[
    method
  ]
  if (!operation) {
    if (!WITHOUT_OPERATION.has(answer.status)) throw new Error(`${where}, and the document has no such operation`)
    return checkBody(where, answer, {'application/problem+json': {schema: {$ref: '#/components/schemas/Problem'}}})
  }
  const response = resolve(operation.responses[String(answer.status)])
  if (!response) throw new Error(`${where}, which its operation does not document: ${JSON.stringify(answer.body)}`)
  for (const name of Object.keys(response.headers ?? {}))
    if (header(answer, name) === '') throw new Error(`${where} without the header ${name}`)
  return checkBody(where, answer, response.content)
}

function checkBody(where: string, answer: AnswerToCheck, content: Response['content']): void {
  if (!content) {
    if (answer.body !== '' && answer.body != null) throw new Error(`${where} with a body, but none is documented`)
    return
  }
  const type = header(answer, 'content-type').split(';')[0]!
  const documented = content[type]
  if (!documented) throw new Error(`${where} as ${type || 'nothing'}, not ${Object.keys(content).join(' or ')}`)
  const {$ref} = documented.schema
  let validate = validators.get($ref)
  if (!validate) validators.set($ref, (validate = ajv.compile({$ref: `openapi${$ref}`})))
  if (!validate(answer.body))
    throw new Error(
      `${where}, but the body does not fit ${$ref}: ${ajv.errorsText(validate.errors)}\n${JSON.stringify(answer.body)}`,
    )
  const status = (answer.body as {status?: unknown} | null)?.status
  if (type === 'application/problem+json' && status !== answer.status)
    throw new Error(`${where}, but its problem says ${String(status)}`)
}

function resolve(response: Response | undefined): Response | undefined {
  const name = response?.$ref?.split('/').at(-1)
  return name === undefined ? response : (document['components']['responses'][name] as Response)
}

function header({headers}: AnswerToCheck, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name.toLowerCase()]
  return value == null ? '' : value.toString()
}

/** The document lets answers grow; what is answered today must be in it. */
function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closed) as T
  if (typeof schema !== 'object' || schema === null) return schema
  const copy: Json = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  if ('properties' in copy && !('additionalProperties' in copy)) copy['additionalProperties'] = false
  return copy as T
}
