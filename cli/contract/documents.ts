import type {z} from 'zod'
import {seriesResponse} from '../../services/contracts/history.ts'
import {type JsonSchema, responseSchema} from '../../services/contracts/json-schema.ts'
import {reminderResponse, taskResponse} from '../../services/contracts/tasks.ts'
import {EXIT} from '../exit-codes.ts'
import {PRINTED} from './commands.ts'
import {failure} from './printed.ts'
import {reading} from './task-commands.ts'

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

export const fileOf = (id: string): string => `${id.replaceAll(':', '-')}.json`
const lineFileOf = (id: string): string => `${id.replaceAll(':', '-')}.line.json`

/** What stands in many of the schemas, smaller ones first; in each it is written down once. */
const SHARED = Object.entries({
  Failure: failure,
  Reminder: reminderResponse,
  Series: seriesResponse,
  Reading: reading,
  Task: taskResponse,
}).map(([name, schema]) => ({name, text: JSON.stringify(responseSchema(schema))}))

function document(name: string, title: string, schema: z.ZodType): JsonSchema {
  let text = JSON.stringify(responseSchema(schema))
  const $defs: JsonSchema = {}
  for (const shared of SHARED.toReversed()) {
    const {length} = text.split(shared.text)
    // Alone it is the document, or a part of one other.
    if (length < 3 || text === shared.text) continue
    text = text.replaceAll(shared.text, `{"$ref":"#/$defs/${shared.name}"}`)
    $defs[shared.name] = JSON.parse(shared.text) as JsonSchema
  }
  return {
    $schema: DIALECT,
    $id: `urn:todo5:cli:${name.replace(/\.json$/u, '')}`,
    title,
    description: 'Within a major version fields are only added: ignore those that you do not know.',
    ...(JSON.parse(text) as JsonSchema),
    ...(Object.keys($defs).length > 0 && {$defs}),
  }
}

/** The JSON Schemas of what commands print with --json, by file name; `shown` are the ids of those that are for people and scripts. */
export function outputSchemas(shown: readonly string[]): Record<string, JsonSchema> {
  const ofCommands = shown.flatMap((id) => {
    const {document: whole, line} = PRINTED[id] ?? missing(id)
    const name = `todo5 ${id.replaceAll(':', ' ')}`
    return [
      [fileOf(id), document(fileOf(id), `${name} --json`, whole)] as const,
      ...(line
        ? [[lineFileOf(id), document(lineFileOf(id), `a line of ${name} --json that goes on`, line)] as const]
        : []),
    ]
  })
  return {
    ...Object.fromEntries(ofCommands),
    'error.json': document('error.json', 'what any command prints with --json when it fails', failure),
  }
}

function missing(id: string): never {
  throw new Error(
    `Nothing says what todo5 ${id.replaceAll(':', ' ')} prints with --json: add '${id}' to the table of its topic in cli/contract/*-commands.ts (printed.ts has the words for it), then npm run generate.`,
  )
}

interface Arg {
  readonly name: string
  readonly required?: boolean
  readonly multiple?: boolean
  readonly options?: readonly string[]
  readonly default?: unknown
}

interface Flag extends Arg {
  readonly type: 'boolean' | 'option'
  readonly char?: string
  readonly env?: string
  readonly aliases?: readonly string[]
  readonly helpGroup?: string
}

/** The commands of oclif.manifest.json, by id. */
export type Manifest = Readonly<
  Record<
    string,
    {
      readonly hidden?: boolean
      readonly aliases?: readonly string[]
      readonly hiddenAliases?: readonly string[]
      readonly args: Readonly<Record<string, Arg>>
      readonly flags: Readonly<Record<string, Flag>>
    }
  >
>

/** What is so of most is left out. */
const argOf = ({name, required = false, multiple = false, options, default: otherwise}: Arg) => ({
  name,
  required,
  multiple,
  ...(options && {options}),
  ...(otherwise !== undefined && {default: otherwise}),
})

const flagOf = ({type, char, env, aliases = [], ...flag}: Flag) => {
  const {name: _, ...value} = argOf(flag)
  return {type, ...(char && {char}), ...value, ...(env && {env}), ...(aliases.length > 0 && {aliases})}
}

const snakeCase = (name: string): string => name.replaceAll(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`)

const isGlobal = (flag: Flag): boolean => flag.helpGroup === 'GLOBAL'

/** What scripts may rely on: commands with their arguments and flags, exit codes, and where the schemas are. */
export function cliContract(manifest: Manifest) {
  const shown = Object.entries(manifest).filter(([, {hidden}]) => !hidden)
  const flagsOf = (flags: readonly Flag[]) => Object.fromEntries(flags.map((flag) => [flag.name, flagOf(flag)]))
  const everywhere = Object.values(shown[0]![1].flags).filter(isGlobal)
  return {
    exit_codes: Object.fromEntries(Object.entries(EXIT).map(([name, code]) => [code, snakeCase(name)])),
    flags_of_every_command: flagsOf(everywhere),
    commands: Object.fromEntries(
      shown.map(([id, command]) => {
        const printed = PRINTED[id] ?? missing(id)
        return [
          id.replaceAll(':', ' '),
          {
            aliases: [...(command.aliases ?? []), ...(command.hiddenAliases ?? [])],
            args: Object.values(command.args).map(argOf),
            flags: flagsOf(Object.values(command.flags).filter((flag) => !isGlobal(flag))),
            json: {
              schema: `cli/${fileOf(id)}`,
              line_schema: printed.line && `cli/${lineFileOf(id)}`,
              lists: printed.things.flatMap(({list}) => list ?? []),
            },
          },
        ]
      }),
    ),
  }
}
