import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {needProgram} from '../../toolchain/outside-program.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import {type ProgramResult, runBuild} from '../../tools/run-program.ts'
import {parseLock, type StateLock, TERRAFORM} from '../../tools/terraform.ts'
import {type Step, stepText} from '../program-steps.ts'

export const TERRAFORM_HINT = 'Terraform 1.9 or newer: https://developer.hashicorp.com/terraform/install'

export interface TerraformRunning {
  readonly toolchain: Toolchain
  /** Each line that it says. */
  readonly onLine: (line: string) => void
}

/**
 * Runs Terraform. When `signal` ends it, it is interrupted once and waited for, since it has to write its state and to give
 * back its lock; then this rejects.
 * @throws CliError `state_locked` (exit 4), `program_failed` (5), `program_missing` (4); the reason of `signal`
 */
export async function runTerraform(
  args: readonly string[],
  {toolchain, onLine}: TerraformRunning,
  signal: AbortSignal,
): Promise<ProgramResult> {
  const path = await needProgram(TERRAFORM, toolchain, TERRAFORM_HINT)
  const env = {PATH: toolchain.searchPath, TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1'}
  const result = await runBuild(path, args, {env, signal, patient: true, onLine})
  if (result.exitCode === 0) return result
  const said = `${result.stdout}\n${result.stderr}`
  const lock = parseLock(said)
  throw lock === undefined ? terraformFailed(args, said, result.exitCode) : locked(lock, args)
}

/** A step whose text is the command that it runs. */
export const terraformStep = (args: readonly string[], running: TerraformRunning): Step => ({
  kind: 'own',
  text: stepText({kind: 'program', program: TERRAFORM, args, hint: TERRAFORM_HINT}),
  work: async (signal) => void (await runTerraform(args, running, signal)),
})

const verbOf = (args: readonly string[]): string => args.find((word) => !word.startsWith('-')) ?? ''

function terraformFailed(args: readonly string[], said: string, exitCode: number | undefined): CliError {
  const lines = said.split('\n').map((line) => line.replace(/^[│╷╵]\s?/u, ''))
  const first = lines.findIndex((line) => line.startsWith('Error: '))
  const excerpt = (first === -1 ? lines : lines.slice(first)).filter((line) => line.trim() !== '')
  const shown = first === -1 ? excerpt.slice(-12) : excerpt.slice(0, 12)
  return new CliError(`terraform ${verbOf(args)} failed (exit code ${exitCode ?? 'none'}).`, {
    code: 'program_failed',
    exit: EXIT.outsideProgram,
    excerpt: shown.map((line) => `  ${line}`),
    hints: [stepText({kind: 'program', program: TERRAFORM, args, hint: ''})],
  })
}

const WORDS: Readonly<Record<string, string>> = {
  OperationTypePlan: 'plans',
  OperationTypeApply: 'applies a plan',
  OperationTypeRefresh: 'refreshes it',
}

function locked({id, who, operation, created}: StateLock, args: readonly string[]): CliError {
  const since = /^(\d{4}-\d\d-\d\d \d\d:\d\d)/u.exec(created)?.[1]
  const at = args.find((word) => word.startsWith('-chdir=')) ?? ''
  return new CliError(
    `The state of Terraform is locked: ${who || 'somebody'} ${WORDS[operation] ?? 'works on it'}${since === undefined ? '' : ` (since ${since} UTC)`}. Nothing was changed.`,
    {
      code: 'state_locked',
      exit: EXIT.refused,
      hints: [
        'wait until that is finished, and try again',
        ...(id === '' ? [] : [`terraform ${at} force-unlock ${id}        only when whoever held it has ended`]),
      ],
    },
  )
}
