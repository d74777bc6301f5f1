import type {DescribedCommand, KnownCommand} from './command-catalogue.ts'
import type {Paint} from './style.ts'
import {padEnd, textWidth, wrap} from './text-width.ts'

const OWN_MACHINE = ['backup', 'restore', 'uninstall']

/** Which part of the root help a command stands in, by its first word; the others are for operators. */
export const GROUPS: readonly (readonly [title: string, words: readonly string[]])[] = [
  ['TASKS', ['add', 'today', 'chat', 'task', 'reminder', 'undo', 'recurrence', 'import', 'export', 'sync']],
  ['RUN', ['up', 'down', 'status', 'logs', 'open', 'top']],
  ['SHIP', ['deploy', 'rollback', 'destroy', 'release']],
  ['SETUP', ['doctor', 'login', 'logout', 'whoami', 'token', 'context', 'config', 'completion', ...OWN_MACHINE]],
]

/** How help is drawn: lines of at most `width` columns. */
export interface HelpLooks {
  readonly bin: string
  readonly width: number
  readonly bold: Paint
  readonly underline: Paint
}

type Row = readonly [left: string, right: string]
type Flag = DescribedCommand['flags'][string]
type Arg = DescribedCommand['args'][string]

const INDENT = 2

/** The help of one command. It reads as oclif's would, which takes three times the CPU for it. */
export function commandHelp(command: DescribedCommand, looks: HelpLooks): string {
  const id = command.id.replaceAll(':', ' ')
  const filled = (text: string): string => filledIn(text, looks.bin, id)
  const args = Object.values(command.args).filter(({hidden}) => !hidden)
  const flags = Object.values(command.flags).filter(({hidden}) => !hidden)
  const groups = new Map<string, Flag[]>()
  for (const flag of flags) {
    const title = flag.helpGroup ? `${flag.helpGroup.toUpperCase()} FLAGS` : 'FLAGS'
    groups.set(title, [...(groups.get(title) ?? []), flag])
  }
  const titles = [...groups.keys()].toSorted((a, b) => a.length - b.length)
  const {summary = '', description} = command
  const examples = (command.examples ?? [])
    .map((example) => (typeof example === 'string' ? example : example.command))
    .map((example) => prompted(filled(example), looks.bin))
  const sections: (readonly [title: string, body: string | undefined])[] = [
    ['USAGE', usage(command, args, looks)],
    [
      'ARGUMENTS',
      args.some((arg) => arg.description)
        ? table(
            args.map((arg) => argRow(arg, command)),
            looks.width,
          )
        : undefined,
    ],
    ...titles.map((title) => [title, table(flagRows(groups.get(title)!, looks), looks.width)] as const),
    ['DESCRIPTION', description && broken(filled(`${summary}\n\n${description}`), looks.width - INDENT).join('\n')],
    ['EXAMPLES', examples.length > 0 ? examples.join('\n\n') : undefined],
  ]
  return [...broken(filled(summary), looks.width), '', ...sections.flatMap((section) => drawn(section, looks))].join(
    '\n',
  )
}

/** What a topic is for, and its commands. */
export function topicHelp(topic: string, about: string, commands: readonly KnownCommand[], looks: HelpLooks): string {
  const name = topic.replaceAll(':', ' ')
  const rows = commands.map(({id, summary = ''}) => [id.replaceAll(':', ' '), summary] as const)
  return [
    ...(about ? [...broken(about, looks.width), ''] : []),
    ...drawn(['USAGE', `$ ${looks.bin} ${name} COMMAND`], looks),
    ...drawn(['COMMANDS', table(rows, looks.width)], looks),
  ].join('\n')
}

/** All commands, in parts. */
export function rootHelp(commands: readonly KnownCommand[], {width: room, bold}: HelpLooks): string {
  const width = Math.max(...commands.map(({id}) => id.length)) + INDENT
  const known = new Set(GROUPS.flatMap(([, words]) => words))
  const wordOf = ({id}: {id: string}): string => id.split(':')[0]!
  const parts = [...GROUPS, ['ADVANCED', undefined] as const].map(([title, words]) => {
    const members = commands.filter((command) =>
      words ? words.includes(wordOf(command)) : !known.has(wordOf(command)),
    )
    if (words) members.sort((a, b) => words.indexOf(wordOf(a)) - words.indexOf(wordOf(b)))
    const lines = members.map(({id, summary = ''}) => {
      const name = padEnd(id.replaceAll(':', ' '), width)
      return `  ${name}${wrap(summary, room - width - INDENT).join(`\n  ${' '.repeat(width)}`)}`
    })
    return `${bold(title)}\n${lines.join('\n')}\n`
  })
  return [
    'todo5: tasks that repeat and remind, and the tools to run them\n',
    `${bold('USAGE')}\n  $ todo5 COMMAND [FLAGS]\n  $ todo5 COMMAND --help        says more\n`,
    ...parts,
  ].join('\n')
}

/** The two names that summaries, descriptions and examples are written with. */
function filledIn(text: string, bin: string, command: string): string {
  const filled = text.replaceAll('<%= config.bin %>', bin).replaceAll('<%= command.id %>', command)
  if (filled.includes('<%')) throw new Error(`only config.bin and command.id are filled in: ${text}`)
  return filled
}

const prompted = (example: string, bin: string): string => (example.startsWith(bin) ? `$ ${example}` : example)

function drawn([title, body]: readonly [string, string | undefined], {bold}: HelpLooks): string[] {
  return body === undefined || body === '' ? [] : [bold(title), indented(body, INDENT), '']
}

const indented = (text: string, by: number): string => text.replaceAll(/^(?=.)/gmu, ' '.repeat(by))

function usage(command: DescribedCommand, args: readonly Arg[], {bin, width}: HelpLooks): string {
  const words = [command.id.replaceAll(':', ' '), ...args.map((arg) => argName(arg, command)), '[FLAGS]'].join(' ')
  const room = width - INDENT
  const line = `$ ${bin} ${typeof command.usage === 'string' ? command.usage : words}`
  if (line.length <= room) return line
  const end = line.lastIndexOf(' ', room)
  return [line.slice(0, end), ...broken(line.slice(end + 1), room - INDENT).map((rest) => `  ${rest}`)].join('\n')
}

const argName = ({name, multiple, required}: Arg, {strict}: DescribedCommand): string => {
  const word = `${name.toUpperCase()}${multiple || strict === false ? '...' : ''}`
  return required ? word : `[${word}]`
}

function argRow(arg: Arg, command: DescribedCommand): Row {
  const options = arg.options ? `(${arg.options.join('|')}) ` : ''
  const otherwise = arg.default ? `[default: ${String(arg.default)}] ` : ''
  return [argName(arg, command), `${options}${otherwise}${arg.description ?? ''}`]
}

/** One with a short form goes first, so that it is seen where the long ones begin. */
function flagRows(flags: readonly Flag[], {underline}: HelpLooks): Row[] {
  const first = flags.findIndex(({char}) => char !== undefined)
  const sorted = first > 0 ? [flags[first]!, ...flags.slice(0, first), ...flags.slice(first + 1)] : flags
  return sorted.map((flag) => {
    const short = flag.char ? `-${flag.char}, ` : first === -1 ? '' : '    '
    const no = flag.type === 'boolean' && flag.allowNo ? '[no-]' : ''
    return [`${short}--${no}${flag.name}${valueOf(flag, underline)}`, aboutFlag(flag)]
  })
}

function valueOf(flag: Flag, underline: Paint): string {
  if (flag.type !== 'option') return ''
  const value = `${String(flag.helpValue ?? (flag.options ? '<option>' : '<value>'))}${flag.multiple ? '...' : ''}`
  return `=${value.includes('|') ? value : underline(value)}`
}

function aboutFlag(flag: Flag): string {
  const otherwise = flag.type === 'option' && flag.default ? [`default: ${String(flag.default)}`] : []
  const given = [...otherwise, ...(flag.env ? [`env: ${flag.env}`] : [])]
  const options =
    flag.type === 'option' && flag.options && !flag.helpValue ? `\n<options: ${flag.options.join('|')}>` : ''
  return `${flag.required ? '(required) ' : ''}${given.length > 0 ? `[${given.join(', ')}] ` : ''}${flag.description ?? ''}${options}`
}

/** A row that goes on for more lines than this puts all texts below what they are about. */
const MOST_LINES = 5

function table(rows: readonly Row[], width: number): string {
  const wide = Math.max(...rows.map(([left]) => textWidth(left))) + 2
  const lines = rows.map(([left, right]) => [left, broken(right, width - INDENT - wide)] as const)
  if (lines.some(([, right]) => right.length > MOST_LINES))
    return rows.map(([left, right]) => below(left.trimStart(), broken(right, width - INDENT - BELOW))).join('\n\n')
  return lines
    .map(([left, right]) => `${padEnd(left, wide)}${right.join(`\n${' '.repeat(wide)}`)}`.trimEnd())
    .join('\n')
}

/** Columns that a text below its subject stands further to the right. */
const BELOW = 4

const below = (left: string, lines: readonly string[]): string =>
  [left, ...lines.map((line) => `${' '.repeat(BELOW)}${line}`)].join('\n')

/** As `wrap` does; a word that no line has room for goes on after a `|` in it, or is cut. */
const broken = (text: string, width: number): string[] =>
  wrap(text, width).flatMap((line) =>
    textWidth(line) <= width ? [line] : line.match(new RegExp(String.raw`.{0,${width - 1}}\||.{1,${width}}`, 'gu'))!,
  )
