import {createHash, randomBytes} from 'node:crypto'

const HIDDEN = '••••'

/** Names whose values nobody should see; not of what only says where a secret is. */
const SECRET_NAME =
  /pass(word|wd|phrase)?$|token$|secret$|(api|private|access|secret|encryption|signing).?key$|credentials?$|connection.?string$|dsn$/iu
/** In place of a value: what it is, unreadable, so that two can still be compared; of letters that YAML does not escape. */
const MARK = /\uE000([0-9a-f]{16})\uE001/gu

/** Different for each run, so that what was hidden cannot be guessed from what is printed by mistake. */
const SALT = randomBytes(16)

const mark = (value: unknown): string =>
  `\uE000${createHash('sha256').update(SALT).update(JSON.stringify(value)).digest('hex').slice(0, 16)}\uE001`

/** Annotations and values of charts that name a Secret, and are none. */
const NAMES_ONE: ReadonlySet<string> = new Set(['dapr.io/app-token-secret', 'tlsSecret', 'secret'])

/** An object of Kubernetes whose secrets are marks: see `shownMarks`. */
export function markSecrets(object: unknown): unknown {
  if (!isRecord(object)) return object
  const secret = object['kind'] === 'Secret'
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [
      key,
      secret && (key === 'data' || key === 'stringData') ? markAll(value) : markWithin(value, key),
    ]),
  )
}

const markAll = (value: unknown): unknown =>
  isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mark(one)])) : mark(value)

function markWithin(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((one: unknown) => markWithin(one, key))
  if (isRecord(value)) return markRecord(value)
  if (typeof value !== 'string') return value
  if (SECRET_NAME.test(key) && !NAMES_ONE.has(key) && value !== '') return mark(value)
  return withoutPasswords(value)
}

function markRecord(record: Record<string, unknown>): Record<string, unknown> {
  const {name, value} = record
  // A variable of a container, or an entry of a Dapr component.
  const named = typeof name === 'string' && value !== undefined && value !== '' && SECRET_NAME.test(name)
  return Object.fromEntries(
    Object.entries(record).map(([key, inner]) => [
      key,
      key === 'value' && named ? mark(inner) : isReference(key) ? inner : markWithin(inner, key),
    ]),
  )
}

/** Where a secret is. */
const isReference = (key: string): boolean => /SecretRef$|secretKeyRef$|secretRef$/u.test(key)

/** `postgres://user:password@host` and `--password=…` in a longer text. */
const withoutPasswords = (text: string): string =>
  text
    .replaceAll(
      /(\/\/[^\s/:@]*:)([^\s/@]+)(@)/gu,
      (_, before: string, inner: string, after: string) => before + mark(inner) + after,
    )
    .replaceAll(/(\bpassword=)([^\s&;]+)/giu, (_, before: string, inner: string) => before + mark(inner))

/** What a person sees of the marks in lines of a diff: those that no line before had are of something that has changed. */
export function shownMarks(lines: readonly string[]): string[] {
  const before = new Set(lines.filter((line) => !line.startsWith('+')).flatMap((line) => line.match(MARK) ?? []))
  return lines.map((line) => line.replaceAll(MARK, (one) => (before.has(one) ? HIDDEN : `${HIDDEN} (changed)`)))
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
