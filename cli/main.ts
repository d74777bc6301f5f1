import type {LoadOptions} from '@oclif/core/interfaces'
import type {CliConfig, LoadCommand} from './cli-config.ts'
import type {Catalogue} from './command-catalogue.ts'
import type {Composition} from './composition.ts'
import {CliError, errorJson, toCliError} from './errors.ts'
import {EXIT} from './exit-codes.ts'
import {flagWords, wantsJson} from './flag-words.ts'
import {Output} from './output.ts'

/** Where oclif finds the commands; `ignoreManifest` when they are sources. */
export interface CommandSource {
  readonly root: string
  readonly pjson: Exclude<LoadOptions, string | undefined> extends {pjson?: infer P} ? P : never
  readonly ignoreManifest?: boolean
  /** The list of commands that the build has made, which help reads in place of the manifest. */
  readonly list?: string
  readonly loadCommand?: LoadCommand
}

/** Runs one command line and answers with the exit code. Whatever fails is printed here, once. */
export async function main(argv: readonly string[], composition: Composition, source: CommandSource): Promise<number> {
  const before = flagWords(argv)
  const out = new Output({
    terminal: composition.terminal,
    looks: composition.looks,
    typedAs: composition.typedAs,
  })
  const line: Line = {id: undefined, argv}
  try {
    return await dispatch(argv, {line, composition, source, out, wantsHelp: before.some((word) => HELP.has(word))})
  } catch (thrown) {
    const found = toCliError(thrown)
    const error = found.exit === EXIT.bug ? await reported(found, line, composition) : found
    if (wantsJson(argv)) out.json(errorJson(error))
    else out.error(error)
    if (error.exit === EXIT.bug && composition.debug) composition.terminal.stderr.write(`${stackOf(error.cause)}\n`)
    return error.exit
  }
}

const HELP: ReadonlySet<string> = new Set(['--help', '-h'])
const VERSION: ReadonlySet<string> = new Set(['--version', '-v', 'version'])

/** What was understood of what was typed. */
interface Line {
  id: string | undefined
  argv: readonly string[]
}

/** A mistake of ours is written down, without what is of the person; the error says where. */
async function reported(error: CliError, line: Line, composition: Composition): Promise<CliError> {
  const {message, code, exit, hints, excerpt, cause} = error
  const given = {code, exit, excerpt, cause: cause ?? error}
  try {
    const report = await composition.report({...line, error: given.cause})
    const what = `send ${report} along when you report this: it says where, and nothing of your tasks and keys`
    return new CliError(message, {...given, hints: [...hints, what], report})
  } catch (failure) {
    const {message: why} = toCliError(failure)
    return new CliError(message, {...given, hints: [...hints, `There is no report of it: ${why}`]})
  }
}

interface Dispatch {
  readonly line: Line
  readonly composition: Composition
  readonly source: CommandSource
  readonly out: Output
  readonly wantsHelp: boolean
}

async function dispatch(
  argv: readonly string[],
  {line: seen, composition, source, out, wantsHelp}: Dispatch,
): Promise<number> {
  if (argv.length === 0) {
    const {showHome} = await import('./home.ts')
    await showHome(composition, out)
    return EXIT.done
  }
  if (VERSION.has(argv[0]!)) {
    out.data(composition.versionLine)
    return EXIT.done
  }
  if (wantsHelp || argv[0] === 'help') {
    await pagedHelp(argv, {catalogue: await catalogueOf(source, composition), root: source.root}, {composition, out})
    return EXIT.done
  }
  const [config, {readCommandLine}] = await Promise.all([loadConfig(source, composition), import('./command-line.ts')])
  const line = readCommandLine(argv, config)
  if (line.kind === 'topic') {
    const words = [line.id.replaceAll(':', ' ')]
    await pagedHelp(words, {catalogue: config, root: source.root}, {composition, out})
    return EXIT.done
  }
  Object.assign(seen, {id: line.id, argv: line.argv})
  const {problem} = composition.settings
  if (problem && !line.id.startsWith('config:')) throw problem
  try {
    await config.runCommand(line.id, line.argv)
  } catch (error) {
    const {toParseError} = await import('./parse-errors.ts')
    const usage = config.findCommand(line.id)?.usage
    const words = `${config.bin} ${line.id.replaceAll(':', ' ')}`
    throw toParseError(error, words, typeof usage === 'string' ? usage : undefined) ?? error
  }
  return config.exitCode
}

async function loadConfig({loadCommand, ...options}: CommandSource, composition: Composition) {
  const {CliConfig: OurConfig} = await import('./cli-config.ts')
  const config: CliConfig = new OurConfig(options, composition, loadCommand)
  await config.load()
  return config
}

async function catalogueOf(source: CommandSource, composition: Composition): Promise<Catalogue> {
  if (source.list === undefined) return await loadConfig(source, composition)
  const {readCatalogue} = await import('./command-catalogue.ts')
  return readCatalogue(source.list, source.pjson!)
}

async function pagedHelp(
  argv: readonly string[],
  commands: {readonly catalogue: Catalogue; readonly root: string},
  {composition, out}: Pick<Dispatch, 'composition' | 'out'>,
): Promise<void> {
  const [{showHelp}, {pagingOn}] = await Promise.all([import('./show-help.ts'), import('./paging.ts')])
  const {terminal, looks, pager} = composition
  const paging = flagWords(argv).includes('--no-input') ? undefined : pagingOn(terminal, looks, pager)
  showHelp(argv, commands, paging ? out.on(paging.terminal) : out)
  await paging?.end()
}

const stackOf = (cause: unknown): string => (cause instanceof Error ? (cause.stack ?? cause.message) : String(cause))
