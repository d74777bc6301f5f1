import {join} from 'node:path'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {needProgram} from '../../toolchain/outside-program.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import {CLOUD_PROGRAMS} from '../../tools/cloud-programs.ts'
import {HELM} from '../../tools/helm.ts'
import {KUBECTL} from '../../tools/kubectl.ts'
import {runProgram} from '../../tools/run-program.ts'
import {TERRAFORM} from '../../tools/terraform.ts'
import {KUBECTL_HINT} from '../release/cluster-calls.ts'
import {HELM_HINT} from '../release/install-release.ts'
import type {CloudPlace} from './cloud-place.ts'
import {isThere} from './terraform-stages.ts'
import {TERRAFORM_HINT} from './terraform-work.ts'

const WHO_WITHIN_MS = 60_000

/** What `checkCloud` does, as steps of a plan. */
export function checksText({target, settings}: CloudPlace): string[] {
  const {program, whoArgs, token} = CLOUD_PROGRAMS[target]
  const programs = [TERRAFORM, HELM, KUBECTL, program, ...(token === undefined ? [] : [token.program])]
  return [
    `look for ${programs.join(', ')}, and for ${settings.variables}`,
    `${program} ${whoArgs.join(' ')}        whether somebody is signed in`,
  ]
}

/**
 * Looks whether all is there that a cloud needs; changes nothing.
 * @throws CliError `program_missing`, `settings_missing` (exit 4), `not_signed_in` (exit 4) that names the command to sign in
 */
export async function checkCloud(
  place: CloudPlace,
  root: string,
  toolchain: Toolchain,
  signal: AbortSignal,
): Promise<void> {
  const {program, whoArgs, login, install, token} = CLOUD_PROGRAMS[place.target]
  await needProgram(TERRAFORM, toolchain, TERRAFORM_HINT)
  await needProgram(HELM, toolchain, HELM_HINT)
  await needProgram(KUBECTL, toolchain, KUBECTL_HINT)
  const path = await needProgram(program, toolchain, install)
  if (token !== undefined) await needProgram(token.program, toolchain, token.install)
  if (!(await isThere(place.settings.variables))) throw settingsMissing(place, root)
  const env = {PATH: toolchain.searchPath}
  const {exitCode, stderr} = await runProgram(path, whoArgs, {signal, env, timeoutMs: WHO_WITHIN_MS})
  if (exitCode === 0) return
  throw new CliError(`${program} is not signed in to ${NAMES[place.target]}.`, {
    code: 'not_signed_in',
    exit: EXIT.refused,
    excerpt:
      stderr.trim() === ''
        ? []
        : stderr
            .trim()
            .split('\n')
            .slice(-3)
            .map((line) => `  ${line}`),
    hints: [`${login}        then again`],
  })
}

/** @throws CliError `backend_missing` (exit 4) when the state would be kept on this machine, and is not there yet */
export async function checkBackend({name, target, folder, settings}: CloudPlace, root: string): Promise<void> {
  if ((await isThere(settings.backend)) || (await isThere(join(folder, 'terraform.tfstate')))) return
  throw new CliError(
    `There is no ${settings.backend}: the state of ${name} would be on this machine alone, and the next one would make all of it again.`,
    {
      code: 'backend_missing',
      exit: EXIT.refused,
      hints: [
        `cp ${root}/terraform/${target}/backend.tf.example ${settings.backend}        keeps it where all who deploy find it`,
      ],
    },
  )
}

const NAMES = {oke: 'Oracle Cloud', aks: 'Azure', gke: 'Google Cloud'} as const

const settingsMissing = ({name, target, settings}: CloudPlace, root: string): CliError =>
  new CliError(`There is no ${settings.variables}: what Terraform has to know of your account.`, {
    code: 'settings_missing',
    exit: EXIT.refused,
    hints: [
      `mkdir -p ${settings.folder} && cp ${root}/terraform/${target}/terraform.tfvars.example ${settings.variables}        then fill it in`,
      `--settings FOLDER        when those of ${name} are elsewhere`,
    ],
  })
