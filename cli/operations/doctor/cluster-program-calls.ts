import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {harmlessLine} from '../../harmless-text.ts'
import {type ProgramResult, runProgram} from '../../tools/run-program.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import type {FoundClusterProgram} from './cluster-programs.ts'

/** ms that a program gets in all; Minikube asks its machine, and a busy one takes its time. */
export const ANSWER_WITHIN = 20_000

export type CallProgram = (program: FoundClusterProgram, args: readonly string[]) => Promise<ProgramResult>

/** Asks the programs; one that says nothing in time is an error. `answerWithin`: ms. */
export const callPrograms =
  (toolchain: Toolchain, answerWithin: number): CallProgram =>
  async ({path, name}, args) => {
    const result = await runProgram(path!, args, {timeoutMs: answerWithin, env: {PATH: toolchain.searchPath}})
    if (result.exitCode === undefined) throw silent(name, args)
    return result
  }

/** What it printed. @throws CliError `program_failed` with its last line */
export function good({exitCode, stdout, stderr}: ProgramResult, name: string, hint: string): string {
  if (exitCode === 0) return stdout
  const said = harmlessLine(stderr.trim().split('\n').at(-1) ?? '')
  throw new CliError(`${name} does not answer${said === '' ? '' : `: ${said}`}`, {
    code: 'program_failed',
    exit: EXIT.outsideProgram,
    hints: [hint],
  })
}

const silent = (name: string, args: readonly string[]): CliError =>
  new CliError(`${name} does not answer in time`, {
    code: 'program_failed',
    exit: EXIT.outsideProgram,
    hints: [`${name} ${args.join(' ')}        asks it again`],
  })
