import type {DescribedCommand, KnownCommand} from '../command-catalogue.ts'

/** Something that can stand where the cursor is. */
export interface Candidate {
  readonly value: string
  readonly description: string
}

export interface Completion {
  readonly candidates: readonly Candidate[]
  /** The shell completes names of files by itself. */
  readonly files: boolean
}

/** What is not known before it is asked for. */
export type ValueKind =
  | 'open task'
  | 'done task'
  | 'tag'
  | 'topic'
  | 'consumer'
  | 'service'
  | 'zone'
  | 'context'
  | 'setting'
  | 'field'

/** The values of a kind, for this command; none when they cannot be had. */
export type AskValues = (kind: ValueKind, command?: string) => Promise<readonly Candidate[]>

type Flag = DescribedCommand['flags'][string]

const FILES: Completion = {candidates: [], files: true}
/** The name of an argument or the word that help shows for a value of a flag, and what it stands for. */
const KINDS: Readonly<Record<string, ValueKind | 'files'>> = {
  ref: 'open task',
  // The words of `task snooze REF… FOR` begin with tasks.
  words: 'open task',
  TAG: 'tag',
  ZONE: 'zone',
  context: 'context',
  setting: 'setting',
  SERVICE: 'service',
  service: 'service',
  topic: 'topic',
  group: 'consumer',
  'A,B.C': 'field',
  path: 'files',
  FILE: 'files',
  FOLDER: 'files',
}

/**
 * What can follow `todo5` and these words; the last one is what is being typed, or empty. A task is found by its id and by a
 * part of its title.
 */
export async function complete(
  words: readonly string[],
  commands: readonly KnownCommand[],
  describe: (command: KnownCommand) => DescribedCommand,
  ask: AskValues,
): Promise<Completion> {
  const {before, typed} = asTyped(words)
  const found = findCommand(before, commands)
  if (!found) return {candidates: nextWords(before, typed, commands), files: false}
  return await completeArguments(describe(found.command), {before: before.slice(found.length), typed}, ask)
}

/** bash hands over `--tag=home` as three words. */
function asTyped(words: readonly string[]): {before: string[]; typed: string} {
  const before = words.slice(0, -1)
  let typed = words.at(-1) ?? ''
  if (typed === '=') typed = ''
  else if (before.at(-1) === '=') before.pop()
  return {before, typed}
}

/** The longest run of words that names a command. */
function findCommand(words: readonly string[], commands: readonly KnownCommand[]) {
  for (let length = words.length; length > 0; length--) {
    const id = words.slice(0, length).join(':')
    const command = commands.find((known) => [known.id, ...known.aliases, ...known.hiddenAliases].includes(id))
    if (command) return {command, length}
  }
  return undefined
}

/** Names of commands and topics, one level at a time. */
function nextWords(before: readonly string[], typed: string, commands: readonly KnownCommand[]): Candidate[] {
  if (typed.startsWith('-')) return before.length === 0 ? startingWith(typed, TOP_FLAGS) : []
  const next = new Map<string, string>()
  const names = commands
    .filter(({hidden}) => !hidden)
    .flatMap(({id, aliases, hiddenAliases, summary = ''}) =>
      [id, ...aliases, ...hiddenAliases].map((name) => ({words: name.split(':'), summary})),
    )
  for (const {words, summary} of names) {
    if (words.length <= before.length || before.some((word, place) => words[place] !== word)) continue
    const isWhole = words.length === before.length + 1
    const word = words[before.length]!
    if (isWhole || !next.has(word)) next.set(word, isWhole ? summary : '')
  }
  return startingWith(
    typed,
    [...next].map(([value, description]) => ({value, description})),
  )
}

const TOP_FLAGS: readonly Candidate[] = [
  {value: '--help', description: 'All commands.'},
  {value: '--version', description: 'Which todo5 this is.'},
]

interface Typing {
  /** After the words that name the command. */
  readonly before: readonly string[]
  readonly typed: string
}

async function completeArguments(command: DescribedCommand, typing: Typing, ask: AskValues): Promise<Completion> {
  const {before, typed} = typing
  const literal = before.includes('--')
  const given = givenArguments(command, before)
  const inCommand = async (kind: ValueKind) => await ask(kind, command.id)
  if (!literal) {
    const open = given.open && {flag: given.open, prefix: '', typed}
    const inOne = /^(--[^=]+)=(.*)$/su.exec(typed)
    const joined = inOne && {flag: flagNamed(command, inOne[1]!), prefix: `${inOne[1]!}=`, typed: inOne[2]!}
    const value = open ?? joined
    if (value) return value.flag ? await completeValue(value.flag, value, inCommand) : {candidates: [], files: false}
    if (typed.startsWith('-')) return {candidates: startingWith(typed, flagsLeft(command, given.flags)), files: false}
  }
  const names = Object.keys(command.args)
  const arg = command.args[names[given.values.length] ?? '']
  const last = command.args[names.at(-1) ?? '']
  const wanted = arg ?? (last?.multiple ? last : undefined)
  if (!wanted) return {candidates: [], files: false}
  const kind = command.id === 'task:reopen' && wanted.name === 'ref' ? 'done task' : KINDS[wanted.name]
  return without(given.values, await valuesOf({options: wanted.options, kind, typed}, inCommand))
}

/** What stands there already, and the flag whose value is to follow. */
function givenArguments(command: DescribedCommand, before: readonly string[]) {
  const values: string[] = []
  const flags: Flag[] = []
  let open: Flag | undefined
  let literal = false
  for (const word of before) {
    if (open) open = undefined
    else if (literal || word === '-' || !word.startsWith('-')) values.push(word)
    else if (word === '--') literal = true
    else {
      const flag = flagNamed(command, word.replace(/=.*$/su, ''))
      if (!flag) continue
      flags.push(flag)
      if (flag.type === 'option' && !word.includes('=')) open = flag
    }
  }
  return {values, flags, open}
}

const flagNamed = (command: DescribedCommand, word: string): Flag | undefined =>
  Object.values(command.flags).find(
    ({name, char, type, ...flag}) =>
      word === `--${name}` ||
      (char && word === `-${char}`) ||
      (type === 'boolean' && 'allowNo' in flag && flag.allowNo && word === `--no-${name}`),
  )

function flagsLeft(command: DescribedCommand, given: readonly Flag[]): Candidate[] {
  const left = Object.values(command.flags)
    .filter((flag) => !flag.hidden && (isRepeatable(flag) || !given.includes(flag)))
    .flatMap(({name, description = '', ...flag}) => [
      {value: `--${name}`, description},
      ...('allowNo' in flag && flag.allowNo ? [{value: `--no-${name}`, description: `Not: ${description}`}] : []),
    ])
  return [...left, {value: '--help', description: 'How this command is used.'}]
}

const isRepeatable = (flag: Flag): boolean => flag.type === 'option' && flag.multiple === true

type Ask = (kind: ValueKind) => Promise<readonly Candidate[]>

async function completeValue(flag: Flag, {prefix, typed}: {prefix: string; typed: string}, ask: Ask) {
  if (flag.type !== 'option') return {candidates: [], files: false}
  const help = Array.isArray(flag.helpValue) ? flag.helpValue[0] : flag.helpValue
  const kind = flag.name === 'task' ? 'open task' : (KINDS[help ?? ''] ?? KINDS[flag.name])
  const {candidates, files} = await valuesOf({options: flag.options, kind, typed}, ask)
  return {candidates: candidates.map(({value, description}) => ({value: `${prefix}${value}`, description})), files}
}

async function valuesOf(
  wish: {options: readonly string[] | undefined; kind: ValueKind | 'files' | undefined; typed: string},
  ask: Ask,
): Promise<Completion> {
  const {options, kind, typed} = wish
  if (options)
    return {
      candidates: startingWith(
        typed,
        options.map((value) => ({value, description: ''})),
      ),
      files: false,
    }
  if (kind === undefined) return {candidates: [], files: false}
  if (kind === 'files') return FILES
  const all = await ask(kind)
  if (kind === 'field') return {candidates: nextField(typed, all), files: false}
  const isTask = kind === 'open task' || kind === 'done task'
  return {candidates: isTask ? matching(typed, all) : startingWith(typed, all), files: false}
}

const startingWith = (typed: string, all: readonly Candidate[]): Candidate[] =>
  all.filter(({value}) => value.toLowerCase().startsWith(typed.toLowerCase()))

/** Of a list with commas the last one; those inside another when its dot stands there. */
function nextField(typed: string, all: readonly Candidate[]): Candidate[] {
  const place = typed.lastIndexOf(',') + 1
  const [before, last] = [typed.slice(0, place), typed.slice(place)]
  const inside = last.slice(0, last.lastIndexOf('.') + 1)
  return startingWith(last, all)
    .filter(({value}) => !before.split(',').includes(value) && !value.slice(inside.length).includes('.'))
    .map(({value, description}) => ({value: `${before}${value}`, description}))
}

const matching = (typed: string, all: readonly Candidate[]): Candidate[] =>
  all.filter(
    ({value, description}) => value.startsWith(typed) || description.toLowerCase().includes(typed.toLowerCase()),
  )

const without = (given: readonly string[], {candidates, files}: Completion): Completion => ({
  candidates: candidates.filter(({value}) => !given.includes(value)),
  files,
})
