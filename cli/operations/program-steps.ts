import {needProgram, runStep} from '../toolchain/outside-program.ts'
import type {Toolchain} from '../toolchain/toolchain.ts'

/** One outside program with its arguments, or something that todo5 does itself. Shown by --dry-run, or run: the same one. */
export type Step =
  | {
      readonly kind: 'program'
      readonly program: string
      readonly args: readonly string[]
      readonly cwd?: string
      /** What to do when there is no such program. */
      readonly hint: string
    }
  | {readonly kind: 'own'; readonly text: string; readonly work: (signal: AbortSignal) => Promise<void>}

export interface Running {
  readonly toolchain: Toolchain
  readonly signal: AbortSignal
  /** Called before each step, with its text. */
  readonly onStep: (text: string) => void
  /** Each line that a program says. */
  readonly onLine?: (line: string) => void
}

/** As it can be pasted into a shell. */
export function stepText(step: Step): string {
  if (step.kind === 'own') return step.text
  const line = [step.program, ...step.args].map(quoted).join(' ')
  return step.cwd === undefined ? line : `(cd ${quoted(step.cwd)} && ${line})`
}

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

/** In order; the first that fails ends it. @throws CliError `program_missing` (exit 4) before anything was done, `program_failed` (5) */
export async function runSteps(steps: readonly Step[], {toolchain, signal, onStep, onLine}: Running): Promise<void> {
  const paths = new Map<string, string>()
  for (const step of steps) {
    if (step.kind === 'program' && !paths.has(step.program)) {
      paths.set(step.program, await needProgram(step.program, toolchain, step.hint))
    }
  }
  for (const step of steps) {
    signal.throwIfAborted()
    onStep(stepText(step))
    if (step.kind === 'own') await step.work(signal)
    else {
      const {program, args, cwd = process.cwd()} = step
      await runStep({program: paths.get(program)!, args, cwd, env: {}}, {toolchain, signal}, onLine)
    }
  }
}
