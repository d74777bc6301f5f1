import * as fc from 'fast-check'
import {AUTH_ROUTES} from '../../services/chat-api/routes/auth.ts'
import {type JsonSchema, requestSchema} from '../../services/contracts/json-schema.ts'
import {buildOpenApi} from '../../services/contracts/openapi.ts'
import {OPERATIONS} from '../../services/contracts/openapi-operations.ts'
import {CONTRACT_VERSION} from '../../services/contracts/version.ts'
import {HOSTILE_BODIES, HOSTILE_IDS, HOSTILE_TEXTS} from './hostile.ts'
import {type JsonText, type Knowledge, inputOf} from './inputs.ts'

export interface FuzzedRequest {
  /** Method and path as they are documented. */
  readonly route: string
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | undefined
}

interface Route {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, JsonSchema>>
  readonly headers: readonly string[]
  readonly body: JsonSchema | undefined
}

const document = buildOpenApi(CONTRACT_VERSION) as any // eslint-disable-line typescript/no-explicit-any -- a JSON document
const resolve = (reference: string): JsonSchema =>
  reference
    .split('/')
    .slice(1)
    .reduce((at, key) => at[key], document) // eslint-disable-line typescript/no-unsafe-member-access -- a JSON document

/** Every operation of the OpenAPI document, as it stands there. */
export const API_ROUTES: readonly Route[] = Object.entries(
  document.paths as Record<string, Record<string, any>>, // eslint-disable-line typescript/no-explicit-any -- a JSON document
).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, {parameters = [], requestBody}]): Route => {
    const all = (parameters as JsonSchema[]).map((one) => ('$ref' in one ? resolve(one['$ref'] as string) : one))
    const of = (where: string) => all.filter((one) => one['in'] === where)
    return {
      method: method.toUpperCase(),
      path: `/api/v1${path}`,
      query: Object.fromEntries(of('query').map(({name, schema}) => [name, schema])) as Route['query'],
      headers: of('header').map(({name}) => name as string),
      body: requestBody?.content['application/json'].schema,
    }
  }),
)
if (API_ROUTES.length !== OPERATIONS.length) throw new Error('the OpenAPI document lacks operations')

/** Every route of the accounts. Signing out would only end what the others need. */
export const ACCOUNT_ROUTES: readonly Route[] = AUTH_ROUTES.map(({method, path, body, query}) => ({
  method,
  path: `/api/auth${path}`,
  query: query ? (requestSchema(query)['properties'] as Route['query']) : {},
  headers: [],
  body: body && requestSchema(body),
}))

const HEADER_VALUES: Readonly<Record<string, readonly string[]>> = {
  'If-Match': ['"1"', '1', 'W/"2"', '*', '"0"', '"1", "2"', '"x"', '9'.repeat(40), '""'],
  'Idempotency-Key': ['k1', 'k2', 'k3', 'x'.repeat(255), 'x'.repeat(256), 'with space', '{}', '"quoted"'],
  Prefer: ['wait=0', 'wait=1', 'wait=-1', 'wait=99999999999', 'wait=x', 'respond-async', 'wait=1;wait=2'],
}
const CONTENT_TYPES = [
  'application/json; charset=utf-8',
  'application/json; charset=utf-16le',
  'application/problem+json',
  'application/merge-patch+json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/jsonx',
  ',',
]
/** What a proxy, a framework or a careless service behind us might believe. */
const claims = (knows: Knowledge): fc.Arbitrary<Record<string, string>> =>
  fc.constantFrom<Record<string, string>>(
    {},
    ...knows.uuids.flatMap((id) => [
      {'x-todo5-user-id': id},
      {'x-todo5-user-id': id, 'x-todo5-role': 'operator'},
      {'dapr-caller-app-id': 'chat-api', 'x-todo5-user-id': id},
    ]),
    {'x-http-method-override': 'DELETE'},
    {'x-original-url': '/api/v1/operator/recurrence', 'x-rewrite-url': '/api/v1/operator/recurrence'},
    {'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1', forwarded: 'for=127.0.0.1'},
    {traceparent: '00-ffffffffffffffffffffffffffffffff-ffffffffffffffff-ff', tracestate: 'a=b'},
    {'content-encoding': 'gzip'},
    {accept: 'text/html;q=0.1,*/*;q=x', 'accept-encoding': 'identity;q=0'},
    {cookie: 'todo5.session_token=a.b; todo5.session_token=c.d; =; ;;'},
    {origin: 'null', referer: 'not a url', host: 'evil.example'},
  )

const decoded = (json: string): string => (json.startsWith('"') ? (JSON.parse(json) as string) : json)
/** As encodeURIComponent, also for what is no well-formed text. */
const encoded = (value: string): string =>
  [...Buffer.from(value)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
const pair = (name: string, value: string): string => `${name}=${/^[\w.-]+$/u.test(value) ? value : encoded(value)}`

function pathOf({path}: Route, {faulty, knows}: Parameters<typeof inputOf>[1]): fc.Arbitrary<string> {
  const known = fc.constantFrom(...knows.ids.map(String))
  const id = faulty ? fc.oneof({weight: 5, arbitrary: known}, fc.constantFrom(...HOSTILE_IDS)) : known
  return id.map((one) => path.replace('{id}', one))
}

function queryOf(route: Route, options: Parameters<typeof inputOf>[1]): fc.Arbitrary<string> {
  const pairs = Object.entries(route.query).map(([name, schema]) =>
    fc.option(
      inputOf(schema, options, name).map((value) => pair(name, decoded(value))),
      {nil: '', freq: 1},
    ),
  )
  const odd = fc.constantFrom(
    '',
    'x=1',
    'limit=1&limit=2',
    'limit[]=1',
    'id=',
    '=',
    '%',
    '%ff=%ff',
    '__proto__=1',
    '&&&',
  )
  return fc
    .tuple(
      fc.tuple(...pairs),
      options.faulty ? fc.oneof({weight: 6, arbitrary: fc.constant('')}, odd) : fc.constant(''),
    )
    .map(([all, more]) => [...all, more].filter((one) => one !== '').join('&'))
    .map((query) => (query === '' ? '' : `?${query}`))
}

function bodyOf(route: Route, options: Parameters<typeof inputOf>[1]): fc.Arbitrary<Buffer | undefined> {
  if (!route.body)
    return options.faulty ? fc.constantFrom(undefined, Buffer.from('{}'), Buffer.from('x')) : fc.constant(undefined)
  const json: JsonText = inputOf(route.body, options)
  const fits = json.map((text) => Buffer.from(text))
  if (!options.faulty) return fits
  return fc.oneof(
    {weight: 20, arbitrary: fits},
    {weight: 1, arbitrary: fits.chain((whole) => fc.nat(whole.length).map((end) => whole.subarray(0, end)))},
    {weight: 1, arbitrary: fc.constantFrom(...HOSTILE_BODIES)},
  )
}

function headersOf(route: Route, {faulty, knows}: Parameters<typeof inputOf>[1]): fc.Arbitrary<Record<string, string>> {
  const named = fc.record(
    Object.fromEntries(
      route.headers.map((name) => [name, fc.constantFrom(...(HEADER_VALUES[name] ?? HOSTILE_HEADERS))]),
    ),
    {requiredKeys: []},
  )
  if (!faulty) return fc.constant({})
  const type = fc.oneof(
    {weight: 12, arbitrary: fc.constant('application/json')},
    {weight: 1, arbitrary: fc.constantFrom(...CONTENT_TYPES)},
  )
  return fc.tuple(named, claims(knows), type).map(([own, claimed, contentType]) => ({
    'content-type': contentType,
    ...claimed,
    ...own,
  }))
}
/** Only what Node sends at all. */
const HOSTILE_HEADERS = HOSTILE_TEXTS.filter((text) => /^[\t\u0020-\u007E]+$/u.test(text))

/** Requests to these routes: a part as it should be, most with something wrong, and some to paths that are near to them. */
export function fuzzedRequests(routes: readonly Route[], knows: Knowledge): fc.Arbitrary<FuzzedRequest> {
  const at = (route: Route, faulty: boolean): fc.Arbitrary<FuzzedRequest> => {
    const options = {knows, faulty, resolve}
    const path = route.path.includes('{id}') ? pathOf(route, options) : fc.constant(route.path)
    return fc
      .tuple(path, queryOf(route, options), headersOf(route, options), bodyOf(route, options))
      .map(([where, query, headers, body]) => ({
        route: `${route.method} ${route.path}`,
        method: route.method,
        path: `${where}${query}`,
        headers: {'content-type': 'application/json', ...headers},
        body,
      }))
  }
  // Bodies have the most that can be wrong.
  const any = fc.constantFrom(...routes, ...routes.filter(({body}) => body), ...routes.filter(({body}) => body))
  return fc.oneof(
    {weight: 2, arbitrary: any.chain((route) => at(route, false))},
    {weight: 5, arbitrary: any.chain((route) => at(route, true))},
    {weight: 1, arbitrary: any.chain((route) => at(route, false)).chain(misdirected)},
  )
}

/** Other methods, and other ways to write a path. */
function misdirected(request: FuzzedRequest): fc.Arbitrary<FuzzedRequest> {
  const [path, query = ''] = request.path.split('?')
  const ways: ((path: string) => string)[] = [
    (same) => same,
    (plain) => `${plain}/`,
    (plain) => plain.replace('/api/', '//api//'),
    (plain) => plain.replace('/v1/', '/v1/../v1/'),
    (plain) => plain.replace('/v1/', '/v1/./'),
    (plain) => plain.replace('/v1/', '/v1%2f'),
    (plain) => plain.replace('/v1', '/V1'),
    (plain) => plain.replace('/v1', '/v2'),
    (plain) => plain.replace('/api/v1', '/v1'),
    (plain) => plain.replaceAll('o', '%6f'),
    (plain) => plain.toUpperCase(),
    (plain) => `${plain};a=b`,
    (plain) => `${plain}%00`,
    (plain) => `${plain}.json`,
    (plain) => `http://evil.example${plain}`,
  ]
  const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND']
  return fc.tuple(fc.constantFrom(request.method, ...methods), fc.constantFrom(...ways)).map(([method, way]) => ({
    ...request,
    route: 'none',
    method,
    path: `${way(path!)}${query && `?${query}`}`,
  }))
}
