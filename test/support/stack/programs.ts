import {existsSync} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import {createComposition} from '../../../cli/composition.ts'
import {CliError} from '../../../cli/errors.ts'
import {installPrograms} from '../../../cli/toolchain/install-programs.ts'
import {stackPrograms, type StackPrograms} from '../../../cli/toolchain/stack-programs.ts'
import type {Terminal, TextSink} from '../../../cli/terminal.ts'

/** A folder with bin/daprd, bin/scheduler, bin/sentry and kafka/libs, in place of what the toolchain finds. */
const VARIABLE = 'TODO5_STACK_PROGRAMS'
/** Zipkin and Prometheus, too, which todo5 does without. */
const STACK = ['daprd', 'scheduler', 'sentry', 'kafka', 'java', 'zipkin', 'prometheus'] as const
/** ms between two lines about one build. */
const LINE_EVERY = 30_000

/** The programs as `todo5 toolchain install` gets them; what is missing is downloaded or built, which takes minutes. */
export async function programsOfTheStack(): Promise<StackPrograms> {
  const {env} = process
  const root = dirname(dirname(dirname(import.meta.dirname)))
  const sink: TextSink = {write: (text) => void process.stderr.write(text), isTTY: false, columns: 80}
  const terminal: Terminal = {stdout: sink, stderr: sink}
  const toolchain = await createComposition({root, env, terminal, now: Date.now}).toolchain()
  const signal = new AbortController().signal
  let told = 0
  const onEvent = ({kind, text}: {kind: string; text: string}): void => {
    if (kind === 'progress' && performance.now() - told < LINE_EVERY) return
    told = performance.now()
    process.stderr.write(`${text}\n`)
  }
  try {
    const given = env[VARIABLE]
    const programs = given ? (['java'] as const) : STACK
    const found = await installPrograms({toolchain, signal, onEvent, programs})
    if (!given) return stackPrograms(found)
    return {...chosen(resolve(given)), java: found.find(({program}) => program === 'java')!.path!}
  } catch (error) {
    // vitest prints the message alone.
    if (error instanceof CliError) throw new Error([error.message, ...error.hints].join('\n'), {cause: error})
    throw error
  }
}

function chosen(folder: string): Omit<StackPrograms, 'java'> {
  const there = (...parts: string[]): string => {
    const path = join(folder, ...parts)
    if (!existsSync(path)) throw new Error(`${VARIABLE} names ${folder}, which has no ${parts.join('/')}.`)
    return path
  }
  return {
    daprd: there('bin', 'daprd'),
    scheduler: there('bin', 'scheduler'),
    sentry: there('bin', 'sentry'),
    kafkaLibs: there('kafka', 'libs'),
    zipkinJar: null,
    prometheus: null,
  }
}
