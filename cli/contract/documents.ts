import type {z} from 'zod'
import {type JsonSchema, responseSchema} from '../../services/contracts/json-schema.ts'
import {EXIT} from '../exit-codes.ts'
import {PRINTED} from './commands.ts'
import {failure} from './printed.ts'

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

export const fileOf = (id: string): string => `${id.replaceAll(':', '-')}.json`
const lineFileOf = (id: string): string => `${id.replaceAll(':', '-')}.line.json`

const document = (name: string, title: string, schema: z.ZodType): JsonSchema => ({
  $schema: DIALECT,
  $id: `urn:todo5:cli:${name.replace(/\.json$/u, '')}`,
  title,
  description: 'Within a major version fields are only added: ignore those that you do not know.',
  ...responseSchema(schema),
})

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
  throw new Error(`todo5 ${id.replaceAll(':', ' ')} has no schema: say in cli/contract/ what it prints with --json`)
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

const argOf = ({name, required = false, multiple = false, options, default: otherwise}: Arg) => ({
  name,
  required,
  multiple,
  options: options ?? null,
  default: otherwise ?? null,
})

const flagOf = ({type, char, env, aliases = [], ...flag}: Flag) => {
  const {name: _, ...value} = argOf(flag)
  return {type, char: char ?? null, ...value, env: env ?? null, aliases}
}

const isGlobal = (flag: Flag): boolean => flag.helpGroup === 'GLOBAL'

/** What scripts may rely on: commands with their arguments and flags, exit codes, and where the schemas are. */
export function cliContract(manifest: Manifest) {
  const shown = Object.entries(manifest).filter(([, {hidden}]) => !hidden)
  const flagsOf = (flags: readonly Flag[]) => Object.fromEntries(flags.map((flag) => [flag.name, flagOf(flag)]))
  const everywhere = Object.values(shown[0]![1].flags).filter(isGlobal)
  return {
    exit_codes: Object.fromEntries(Object.entries(EXIT).map(([name, code]) => [code, name])),
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
