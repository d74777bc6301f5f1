import {readFileSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import type {Command} from '@oclif/core/command'
import type {EventStream} from '../../services/ports/event-stream.ts'
import type {LineReader, Typed} from '../chat/line-reader.ts'
import {createComposition} from '../composition.ts'
import {main} from '../main.ts'
import type {Terminal} from '../terminal.ts'
import {attachment} from '../tools/attach-program.ts'
import type {KafkaPublisher} from '../tools/kafka-publisher.ts'
import type {FakeKafka} from './fake-kafka.ts'
import {checkPrintedJson} from './printed-json.ts'

export const ROOT = dirname(dirname(import.meta.dirname))

/** Friday 20 November 2026, 10:00 in Berlin. */
export const NOW = Date.UTC(2026, 10, 20, 9, 0, 0)

export interface RunOptions {
  readonly api?: {readonly url: string; readonly key: string}
  readonly env?: Readonly<Record<string, string>>
  /** A terminal of so many columns; else a pipe. */
  readonly tty?: number
  readonly now?: number
  /** A person who answers; what is asked goes to stderr. */
  readonly answer?: string | undefined
  /** Lines that a person types, and what they press between them; at the end they leave. */
  readonly lines?: readonly Typed[]
  /** What comes on standard input. */
  readonly input?: string
  /** In place of the Kafka that --brokers names. */
  readonly kafka?: FakeKafka
  /** In place of the bus that is asked for. */
  readonly stream?: EventStream
  /** In place of what publishes to the Kafka that is named. */
  readonly publisher?: KafkaPublisher
  /** Hears stdout as it is written. */
  readonly onStdout?: (text: string) => void
  /** State files to find; an empty folder otherwise. */
  readonly home?: string
  /** The folder it is called in; `home` otherwise. */
  readonly folder?: string
}

export interface RunResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs one command line in this process, as bin/run.js does in one of its own. */
export async function runCli(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const written = {stdout: '', stderr: ''}
  const sink = (name: 'stdout' | 'stderr') => ({
    write: (text: string) => {
      written[name] += text
      if (name === 'stdout') options.onStdout?.(text)
    },
    isTTY: options.tty !== undefined,
    columns: options.tty ?? 80,
  })
  const terminal: Terminal = {stdout: sink('stdout'), stderr: sink('stderr')}
  const home = options.home ?? (await mkdtemp(join(tmpdir(), 'todo5-cli-')))
  const {TZ: zone, KUBECONFIG: kubeconfig} = process.env
  try {
    const env = {
      TODO5_HOME: home,
      TZ: 'Europe/Berlin',
      NO_COLOR: '1',
      ...(options.api ? {TODO5_API_URL: options.api.url, TODO5_API_KEY: options.api.key} : {}),
      ...options.env,
    }
    const ask = async (lines: readonly string[], prompt: string): Promise<string | undefined> => {
      terminal.stderr.write(`${[...lines, prompt].join('\n')}\n`)
      return options.answer
    }
    const {stream, publisher} = options
    const now = (): number => options.now ?? NOW
    const composition = createComposition({
      root: ROOT,
      env,
      terminal,
      now,
      person: 'operator',
      folder: options.folder ?? home,
      ask: 'answer' in options ? ask : undefined,
      readInput: async () => options.input ?? '',
      lines: options.lines && (async () => typedBeforehand(options.lines!, terminal)),
      attachment: attachment(false, (text) => terminal.stdout.write(text)),
      openKafka: options.kafka?.open,
      openStream: stream && (async () => stream),
      openPublisher: publisher && (async () => publisher),
    })
    const pjson = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const code = await main(argv, composition, {root: ROOT, pjson, loadCommand})
    checkPrintedJson({argv, code, stdout: written.stdout})
    if (/\[object |\bNaN\b/u.test(`${written.stdout}${written.stderr}`))
      throw new Error(`A value is printed that is no text:\n${written.stdout}${written.stderr}`)
    return {code, ...written}
  } finally {
    if (options.home === undefined) await rm(home, {recursive: true, force: true})
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
    if (kubeconfig === undefined) delete process.env['KUBECONFIG']
    else process.env['KUBECONFIG'] = kubeconfig
  }
}

/** What is typed stands in stderr behind its prompt, as on a terminal. */
function typedBeforehand(typed: readonly Typed[], {stderr}: Terminal): LineReader {
  const left = [...typed]
  return {
    read: async (prompt) => {
      const next = left.shift() ?? {kind: 'end'}
      stderr.write(`${prompt}${next.kind === 'line' ? next.text : `(${next.kind})`}\n`)
      return next
    },
    stoppable: async (work) => work(new AbortController().signal),
  }
}

async function loadCommand({relativePath}: Command.Loadable): Promise<Command.Class> {
  const [, ...path] = relativePath! // dist/cli/commands/task/add.js, also of an alias
  const source = join(ROOT, ...path).replace(/js$/u, 'ts')
  const module = (await import(source)) as {default: Command.Class}
  return module.default
}

/** What is printed, in one text that a test can compare: stdout, then stderr behind a bar, then the exit code. */
export const transcript = ({code, stdout, stderr}: RunResult): string =>
  [
    stdout.trimEnd(),
    ...stderr
      .trimEnd()
      .split('\n')
      .map((line) => (line === '' ? '' : `| ${line}`)),
    `(exit ${code})`,
  ]
    .filter((line) => line !== '')
    .join('\n')
