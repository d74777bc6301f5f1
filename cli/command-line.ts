import type {Catalogue} from './command-catalogue.ts'
import {type CliError, usageError} from './errors.ts'
import {nearest} from './suggest.ts'

/** What a command line asks for. `words` are those that named it. */
export type CommandLine =
  | {readonly kind: 'command'; readonly id: string; readonly argv: string[]}
  | {readonly kind: 'topic'; readonly id: string}

/** The longest run of leading words that names a command; else a topic named by all of them; else an error that helps. */
export function readCommandLine(argv: readonly string[], catalogue: Catalogue): CommandLine {
  const end = argv.findIndex((word) => word.startsWith('-'))
  const words = argv.slice(0, end === -1 ? argv.length : end)
  if (words.length === 0) throw unknownFlagFirst(argv[0]!, catalogue)
  for (let length = words.length; length > 0; length--) {
    const id = singular(words.slice(0, length), catalogue).join(':')
    if (catalogue.findCommand(id)) return {kind: 'command', id, argv: argv.slice(length)}
  }
  const topic = singular(words, catalogue).join(':')
  if (catalogue.findTopic(topic)) return {kind: 'topic', id: topic}
  throw unknownCommand(words, catalogue)
}

/** `tasks list` is `task list`. */
function singular(words: readonly string[], catalogue: Catalogue): readonly string[] {
  const [first = '', ...rest] = words
  if (!first.endsWith('s') || catalogue.findTopic(first) || catalogue.findCommand(first)) return words
  const topic = first.slice(0, -1)
  return catalogue.findTopic(topic) ? [topic, ...rest] : words
}

function unknownFlagFirst(flag: string, catalogue: Catalogue): CliError {
  return usageError(
    `${flag} stands before any command.`,
    'flag_before_command',
    `${catalogue.bin} COMMAND ${flag}        flags follow the command`,
    `${catalogue.bin} help`,
  )
}

function unknownCommand(words: readonly string[], catalogue: Catalogue): CliError {
  const topic = singular(words, catalogue)[0]!
  const known = catalogue.commands.filter((command) => !command.hidden).map((command) => command.id)
  if (catalogue.findTopic(topic)) {
    const siblings = known.filter((id) => id.startsWith(`${topic}:`)).map((id) => id.slice(topic.length + 1))
    const near = nearest(words[1]!, siblings).map((verb) => `${catalogue.bin} ${topic} ${verb}`)
    return usageError(
      `There is no command ${topic} ${words[1]!}.`,
      'unknown_command',
      ...didYouMean(near),
      `${catalogue.bin} ${topic} --help`,
    )
  }
  const typed = words.slice(0, 2).join(' ')
  const names = known.map((id) => id.replaceAll(':', ' '))
  const whole = nearest(typed, names)
  // Of many that do the same with other things most people mean tasks.
  const verb = names
    .filter((name) => name.split(' ').at(-1) === words[0])
    .toSorted((a, b) => Number(b.startsWith('task ')) - Number(a.startsWith('task ')))
  const topics = nearest(words[0]!, [...new Set(names.map((name) => name.split(' ')[0]!))])
  const near = [...new Set([...whole, ...verb, ...topics])].slice(0, 3).map((name) => `${catalogue.bin} ${name}`)
  return usageError(
    `There is no command ${words[0]!}.`,
    'unknown_command',
    ...didYouMean(near),
    `${catalogue.bin} help`,
  )
}

const didYouMean = (near: readonly string[]): string[] =>
  near.length === 0
    ? []
    : [`did you mean ${near.length === 1 ? near[0]! : `${near.slice(0, -1).join(', ')} or ${near.at(-1)!}`}?`]
