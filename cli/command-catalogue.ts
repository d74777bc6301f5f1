import {readFileSync} from 'node:fs'
import type {Command} from '@oclif/core/command'

/** What is known of a command before it is described. */
export type KnownCommand = Pick<
  Command.Loadable,
  'id' | 'hidden' | 'summary' | 'usage' | 'aliases' | 'hiddenAliases' | 'relativePath' | 'strict'
>

/** What help and the shells tell of it besides. */
export type DescribedCommand = KnownCommand & Pick<Command.Loadable, 'args' | 'description' | 'examples' | 'flags'>

/** The commands, as a line is looked up in them: oclif's configuration, or the list that stands in its place for help. */
export interface Catalogue {
  readonly bin: string
  readonly commands: readonly KnownCommand[]
  findCommand(id: string): KnownCommand | undefined
  findTopic(id: string): {readonly description?: string | undefined} | undefined
}

interface Package {
  readonly oclif: {readonly bin?: string; readonly topics?: unknown}
}

/** Without oclif, which costs a third of what help does. `list`: the file of commands, as in oclif's manifest. */
export function readCatalogue(list: string, {oclif}: Package): Catalogue {
  const known = (JSON.parse(readFileSync(list, 'utf8')) as {commands: Record<string, KnownCommand>}).commands
  const commands = Object.values(known).flatMap((command) => [
    command,
    ...command.aliases.map((id) => ({...command, id})),
    ...(command.hiddenAliases ?? []).map((id) => ({...command, id, hidden: true})),
  ])
  const byId = new Map(commands.map((command) => [command.id, command]))
  const described = oclif.topics as Readonly<Record<string, {description?: string}>>
  return {
    bin: oclif.bin ?? 'todo5',
    commands,
    findCommand: (id) => byId.get(id),
    findTopic: (id) =>
      described[id] ??
      (commands.some((command) => !command.hidden && command.id.startsWith(`${id}:`)) ? {} : undefined),
  }
}

/** A command with what is said of it: the build keeps that beside its code, so that no line reads it of all commands. */
export function describe(command: KnownCommand, root: string): DescribedCommand {
  if ('flags' in command) return command as DescribedCommand
  const file = [root, ...(command.relativePath ?? [])].join('/').replace(/js$/u, 'json')
  return {...command, ...(JSON.parse(readFileSync(file, 'utf8')) as Omit<DescribedCommand, keyof KnownCommand>)}
}
