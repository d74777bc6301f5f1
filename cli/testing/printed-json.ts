import {readFileSync} from 'node:fs'
import {Ajv2020, type ValidateFunction} from 'ajv/dist/2020.js'
import {TestRunner} from 'vitest'
import {z} from 'zod'
import {packagePath} from '../../services/package-root.ts'
import {PRINTED} from '../contract/commands.ts'
import {failure, type Printed} from '../contract/printed.ts'
import {flagWords, wantsJson} from '../flag-words.ts'

interface Run {
  readonly argv: readonly string[]
  readonly stdout: string
  /** Null: ended by a signal. */
  readonly code: number | null
}

declare module 'vitest' {
  interface TaskMeta {
    /** Ids of commands that were run with --json and did not fail. */
    printedJson?: string[]
  }
}

const HELP: ReadonlySet<string> = new Set(['--help', '-h', '--version', '-v'])

/**
 * Holds what a command line printed with --json to the schema of its command in cli/contract/: nothing that it lacks, nothing
 * that it does not know, no other type. Every run of the tests comes by here.
 */
export function checkPrintedJson({argv, stdout, code}: Run): void {
  const words = flagWords(argv)
  if (!wantsJson(argv) || stdout === '' || words.some((word) => HELP.has(word))) return
  const id = commandOf(argv)
  const asked = {argv, fields: words.some((word) => word.startsWith('--fields'))}
  // Documents are indented, lines are not.
  if (stdout.startsWith('{"')) {
    const lines = stdout.slice(0, stdout.lastIndexOf('\n')).split('\n')
    const {line} = printedBy(id, argv)
    if (!line) throw new Error(`todo5 ${argv.join(' ')} printed lines, and cli/contract/ has no line for it`)
    for (const text of lines) hold(JSON.parse(text), line, asked)
    note(id!)
    return
  }
  const document = parse(argv, stdout)
  if (code !== 0 && 'error' in document) return hold(document, failure, {argv, fields: false})
  hold(document, printedBy(id, argv).document, asked)
  note(id!)
}

function parse(argv: readonly string[], stdout: string): object {
  try {
    const document: unknown = JSON.parse(stdout)
    if (typeof document === 'object' && document !== null && !Array.isArray(document)) return document
  } catch (error) {
    throw new Error(`todo5 ${argv.join(' ')} printed no JSON: ${stdout}`, {cause: error})
  }
  throw new Error(`todo5 ${argv.join(' ')} printed no object: ${stdout}`)
}

function printedBy(id: string | undefined, argv: readonly string[]): Printed {
  const printed = id === undefined ? undefined : PRINTED[id]
  if (printed) return printed
  throw new Error(
    `todo5 ${argv.join(' ')}: nothing says what it prints with --json. Add ${id ?? 'it'} to the table of its topic in cli/contract/ (printed.ts has the words for it), then npm run generate.`,
  )
}

/** That of the longest run of leading words, also by an alias or a plural. */
export function commandOf(argv: readonly string[]): string | undefined {
  const ids = (known ??= knownIds())
  const end = argv.findIndex((word) => word.startsWith('-'))
  const words = argv.slice(0, end === -1 ? argv.length : end)
  for (let length = words.length; length > 0; length--) {
    const typed = words.slice(0, length).join(':')
    const found = ids.get(typed) ?? ids.get(typed.replace(/s(?=:|$)/u, ''))
    if (found !== undefined) return found
  }
  return undefined
}

let known: Map<string, string> | undefined

function knownIds(): Map<string, string> {
  const {commands} = JSON.parse(readFileSync(packagePath('oclif.manifest.json'), 'utf8')) as {
    commands: Record<string, {aliases?: string[]; hiddenAliases?: string[]}>
  }
  const named = Object.entries(commands).flatMap(([id, {aliases = [], hiddenAliases = []}]) =>
    [id, ...aliases, ...hiddenAliases].map((name) => [name, id] as const),
  )
  return new Map([...named, ...Object.keys(PRINTED).map((id) => [id, id] as const)])
}

const ajv = new Ajv2020({strict: false, allErrors: true})
  .addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/u)
  .addFormat('date', true)
  .addFormat('uuid', true)
const validators = new Map<string, Map<z.ZodType, ValidateFunction>>()

function hold(value: unknown, schema: z.ZodType, {argv, fields}: {argv: readonly string[]; fields: boolean}): void {
  const validate = validatorOf(schema, fields)
  if (validate(value)) return
  const faults = (validate.errors ?? [])
    .filter(({keyword}) => keyword !== 'anyOf')
    .map(({instancePath, message, params}) => `  ${instancePath || '/'} ${message!} ${JSON.stringify(params)}`)
  throw new Error(
    [
      `todo5 ${argv.join(' ')} printed what its schema in cli/contract/ does not say:`,
      ...faults.slice(0, 20),
      'If it is meant: change the schema, run npm run generate, and say so in CHANGELOG.md (docs/contract/README.md says what may change).',
    ].join('\n'),
  )
}

function validatorOf(schema: z.ZodType, fields: boolean): ValidateFunction {
  const kind = fields ? 'some' : 'all'
  const ofKind = validators.get(kind) ?? new Map<z.ZodType, ValidateFunction>()
  validators.set(kind, ofKind)
  const validate = ofKind.get(schema) ?? ajv.compile(strictSchema(schema, fields))
  ofKind.set(schema, validate)
  return validate
}

/** Of zod's objects none takes a field that it does not know; with --fields none has to be there. */
const strictSchema = (schema: z.ZodType, fields: boolean): object =>
  z.toJSONSchema(schema, {
    io: 'output',
    override: ({jsonSchema}) => {
      if (fields) delete jsonSchema.required
      if (jsonSchema.format === 'uuid' || jsonSchema.format === 'date') delete jsonSchema.pattern
    },
  })

/** Of hooks, whose test is the next one. */
const waiting = new Set<string>()

/** For the reporter that looks whether each command was run so. */
function note(id: string): void {
  waiting.add(id)
  const test = TestRunner.getCurrentTest<ReturnType<typeof TestRunner.getCurrentTest>>()
  if (!test) return
  test.meta.printedJson = [...new Set([...(test.meta.printedJson ?? []), ...waiting])]
  waiting.clear()
}
