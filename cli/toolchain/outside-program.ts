import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {type ProgramResult, runBuild} from '../tools/run-program.ts'
import {findOnPath} from './search-path.ts'
import type {Obtaining, Toolchain} from './toolchain.ts'

/** Where a program lies that this way of getting something runs. @throws CliError `program_missing` (exit 4) */
export async function needProgram(name: string, toolchain: Toolchain, hint: string): Promise<string> {
  const path = await findOnPath(name, toolchain)
  if (path !== undefined) return path
  throw new CliError(`There is no ${name} on the PATH.`, {code: 'program_missing', exit: EXIT.refused, hints: [hint]})
}

export interface Step {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
}

/** Runs one step of a build. @throws CliError `program_failed` (exit 5) with the last lines that it said */
export async function runStep(
  step: Step,
  {toolchain, signal}: Pick<Obtaining, 'toolchain' | 'signal'>,
  onLine: (line: string) => void = () => undefined,
): Promise<ProgramResult> {
  const env = {PATH: toolchain.searchPath, ...step.env}
  const result = await runBuild(step.program, step.args, {cwd: step.cwd, env, signal, onLine})
  if (result.exitCode === 0) return result
  const said = `${result.stdout}\n${result.stderr}`.split('\n').filter((line) => line.trim() !== '')
  throw new CliError(`${step.program} ${step.args[0]} failed (exit code ${result.exitCode ?? 'none'}).`, {
    code: 'program_failed',
    exit: EXIT.outsideProgram,
    excerpt: said.slice(-8).map((line) => `  ${line}`),
    hints: [`${step.program} ${step.args.join(' ')}`],
  })
}
