import {stripVTControlCharacters} from 'node:util'
import {CliError, usageError} from './errors.ts'
import {nearest} from './suggest.ts'

/** What oclif's parser throws, by its shape: its classes are not exported from one place. */
interface ParseFailure extends Error {
  readonly oclif?: {readonly exit?: number}
  readonly parse?: {readonly input?: {readonly flags?: Readonly<Record<string, unknown>>}}
  readonly flags?: readonly string[]
  readonly args?: readonly (string | {readonly name: string; readonly multiple?: boolean})[]
}

/**
 * An error of oclif's parser in our words; undefined when it is something else. `command` as it is typed; `usage` when it says
 * more than the names of its arguments.
 */
export function toParseError(error: unknown, command: string, usage?: string): CliError | undefined {
  if (!(error instanceof Error) || error instanceof CliError) return undefined
  const failure = error as ParseFailure
  if (failure.oclif === undefined) return undefined
  const help = `${command} --help`
  switch (error.constructor.name) {
    case 'NonExistentFlagsError':
      return unknownFlags(failure, command, help)
    case 'RequiredArgsError':
      return missingArguments(failure, command, usage)
    case 'UnexpectedArgsError': {
      const texts = (failure.args ?? []).map(String)
      return usageError(`${command} takes no further argument: ${texts.join(' ')}`, 'unexpected_argument', help)
    }
    default:
      return usageError(sentence(error.message), codeOf(error), help)
  }
}

function missingArguments({args = []}: ParseFailure, command: string, usage: string | undefined): CliError {
  const typed =
    usage?.replace(/^.*?(?=[A-Z])| *\[FLAGS\]$/gu, '') ??
    args
      .map((arg) => (typeof arg === 'string' ? {name: arg, multiple: false} : arg))
      .map(({name, multiple = false}) => `${name.toUpperCase()}${multiple ? '...' : ''}`)
      .join(' ')
  const names = typed.match(/\b[A-Z]+\b/gu) ?? []
  const are = names.length > 1 ? 'are' : 'is'
  return usageError(
    `${names.join(' and ')} ${are} missing: ${command} ${typed}`,
    'missing_argument',
    `${command} --help`,
  )
}

function unknownFlags({flags = [], parse}: ParseFailure, command: string, help: string): CliError {
  const known = Object.keys(parse?.input?.flags ?? {}).map((name) => `--${name}`)
  const near = flags.flatMap((flag) => nearest(flag.split('=')[0]!, known))
  const hints = near.length === 0 ? [] : [`did you mean ${near.join(' or ')}?`]
  const verb = flags.length === 1 ? 'is no flag' : 'are no flags'
  return usageError(`${flags.join(', ')} ${verb} of ${command}.`, 'unknown_flag', ...hints, help)
}

function codeOf(error: Error): string {
  if (/expects (a value|one of)/u.test(error.message)) return 'missing_value'
  if (error.message.startsWith('Parsing --')) return 'invalid_value'
  if (error.constructor.name === 'FlagInvalidOptionError') return 'invalid_value'
  if (error.constructor.name === 'ArgInvalidOptionError') return 'invalid_value'
  if (error.constructor.name === 'FailedFlagValidationError') return 'conflicting_flags'
  return 'invalid_usage'
}

/** One line without colour, oclif's pointer to the help, and its introduction. */
function sentence(message: string): string {
  const plain = stripVTControlCharacters(message)
    .replace(/\nSee more help with --help/u, '')
    .replace(/^The following errors? occurred:\s*/u, '')
  const line = plain
    .split('\n')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join('; ')
  const said = line.replace(/^Parsing (--\S+)\s*;\s*Expected/u, '$1: expected')
  return /[.!?:]$/u.test(said) ? said : `${said}.`
}
