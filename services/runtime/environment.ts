import {z} from 'zod'
import {DomainError, type Fault} from '../domain/errors.ts'

/** Variables as a process gets them. */
export type Environment = Readonly<Record<string, string | undefined>>

export interface ReadOptions {
  /** The text of the file that a variable NAME_FILE names. */
  readonly readFile: (path: string) => Promise<string>
  /** Values from a secret store, for variables that are not set. */
  readonly secrets?: Readonly<Record<string, string>>
  /** These may be missing for now: a secret store that is not asked yet may have them. */
  readonly mayFollow?: readonly string[]
}

/**
 * Reads a configuration: each key of the schema is the name of a variable, taken from NAME, else from the file that
 * NAME_FILE names, else from the secrets. Throws `invalid_configuration` with all faults at once; no value is repeated in
 * a message, for it may be a secret, and none that is wrong is replaced by a default.
 */
export async function readEnvironment<Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: Environment,
  {readFile, secrets = {}, mayFollow = []}: ReadOptions,
): Promise<z.infer<z.ZodObject<Shape>>> {
  const faults: Fault[] = []
  const values: Record<string, string> = {}
  for (const name of Object.keys(shape)) {
    const found = await valueOf(name, environment, readFile, faults)
    if (found !== undefined) values[name] = found
    else if (secrets[name] !== undefined) values[name] = secrets[name]
  }
  const needed = Object.entries(shape).filter(([name]) => values[name] !== undefined || !mayFollow.includes(name))
  const result = z.object(Object.fromEntries(needed)).safeParse(values)
  const faulty = new Set(faults.map((fault) => fault.field))
  for (const issue of result.error?.issues ?? []) {
    const name = String(issue.path[0])
    if (faulty.has(name)) continue
    faulty.add(name)
    const missing = values[name] === undefined
    faults.push(missing ? fault(name, 'missing', 'is not set') : fault(name, 'wrong', issue.message))
  }
  if (faults.length > 0) throw invalidConfiguration(faults)
  return result.data as z.infer<z.ZodObject<Shape>>
}

async function valueOf(
  name: string,
  environment: Environment,
  readFile: ReadOptions['readFile'],
  faults: Fault[],
): Promise<string | undefined> {
  const direct = environment[name]
  const file = environment[`${name}_FILE`]
  if (direct !== undefined && file !== undefined) faults.push(fault(name, 'twice', `is given, and ${name}_FILE too`))
  if (direct !== undefined) return direct
  if (file === undefined) return undefined
  try {
    return (await readFile(file)).replace(/\r?\n$/u, '')
  } catch (error) {
    faults.push(fault(name, 'unreadable', `is to come from ${name}_FILE, which cannot be read: ${codeOf(error)}`))
    return undefined
  }
}

const codeOf = (error: unknown): string => (error as {code?: string}).code ?? 'unknown error'

const fault = (field: string, code: string, what: string): Fault => ({field, code, message: `${field} ${what}.`})

const invalidConfiguration = (faults: readonly Fault[]): DomainError =>
  new DomainError('invalid', 'invalid_configuration', faults.map((entry) => entry.message).join(' '), {
    hint: 'The variables of each service are in docs/contract/environment.md.',
    faults,
  })

const SENDER =
  /^(?:([^<>"\r\n]*)<([^\s<>()[\]\\,;:"@]+@[^\s<>()[\]\\,;:"@]+)>|([^\s<>()[\]\\,;:"@]+@[^\s<>()[\]\\,;:"@]+))$/u

const refined = (what: string, test: (value: string) => boolean) => z.string().refine(test, `must be ${what}`)

/** The kinds of variables; messages go on from the name of the variable. */
export const variable = {
  text: () => refined('some text', (value) => value !== ''),
  /** At least `length` characters. */
  secret: (length: number) => refined(`at least ${length} characters long`, (value) => value.length >= length),
  url: (...protocols: readonly string[]) =>
    refined(`a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`, (value) => {
      const url = URL.parse(value)
      return url !== null && url.hostname !== '' && protocols.includes(url.protocol)
    }),
  /** An origin: no path, no query. */
  origin: () =>
    refined('an origin such as https://todo.example.org', (value) => {
      const url = URL.parse(value)
      return url !== null && ['http:', 'https:'].includes(url.protocol) && url.href === `${url.origin}/`
    }).transform((value) => new URL(value).origin),
  integer: (least: number, most: number) =>
    refined(`a whole number from ${least} to ${most}`, (value) => {
      const number = Number(value)
      return /^\d+$/u.test(value) && number >= least && number <= most
    }).transform(Number),
  port: () => variable.integer(1, 65_535),
  fraction: () =>
    refined('a number from 0 to 1', (value) => /^(0|1|0?\.\d+|1\.0+|0\.0*)$/u.test(value)).transform(Number),
  yesOrNo: () => z.enum(['true', 'false'], 'must be true or false').transform((value) => value === 'true'),
  /** `address`, or `name <address>`. */
  sender: () =>
    refined('an address, or a name and an address in <>', (value) => SENDER.test(value)).transform((value) => {
      const [, name = '', bracketed, plain] = SENDER.exec(value)!
      return {name: name.trim() || 'todo5', address: (bracketed ?? plain)!}
    }),
  list: () =>
    z.string().transform((value) =>
      value
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
    ),
} as const
