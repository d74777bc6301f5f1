import {access, copyFile, mkdir, readdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {z} from 'zod'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {needProgram} from '../../toolchain/outside-program.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import {runProgram} from '../../tools/run-program.ts'
import {
  applyArgs,
  initArgs,
  outputArgs,
  parseOutputs,
  parsePlan,
  planArgs,
  showPlanArgs,
  TERRAFORM,
  type TerraformPlan,
} from '../../tools/terraform.ts'
import type {Stage} from '../cluster/stages.ts'
import type {Step} from '../program-steps.ts'
import type {CloudPlace} from './cloud-place.ts'
import {ownKubeconfig} from './own-kubeconfig.ts'
import {TERRAFORM_HINT, type TerraformRunning, terraformStep} from './terraform-work.ts'

const MINUTE_MS = 60_000

export interface TerraformRequest extends TerraformRunning {
  readonly place: CloudPlace
  /** Folder of package.json. */
  readonly root: string
  /** To take everything away. */
  readonly destroy: boolean
}

const planFile = ({folder}: CloudPlace): string => join(folder, 'plan')

/** Writes the module, and what it would do, to files; changes nothing in the cloud. */
export function planStage(request: TerraformRequest): Stage {
  const {place, root, destroy} = request
  const {module, settings} = place
  const planning = {
    module,
    varFiles: [settings.variables],
    vars: [`environment=${place.environment}`],
    out: planFile(place),
    destroy,
  }
  return {
    name: 'plan',
    title: destroy ? `what would be destroyed of ${place.name}` : `what ${place.name} needs`,
    steps: [
      {
        kind: 'own',
        text: `copy terraform/${place.target} and ${settings.backend}, if it is there, to ${module}`,
        work: async () => await writeModule(place, root),
      },
      terraformStep(initArgs(module), request),
      terraformStep(planArgs(planning), request),
    ],
    limitMs: 20 * MINUTE_MS,
  }
}

/** Does what was planned, and nothing else. */
export const applyStage = (request: TerraformRequest): Stage => ({
  name: 'apply',
  title: request.destroy ? `destroy ${request.place.name}` : `make it so`,
  steps: [terraformStep(applyArgs(request.place.module, planFile(request.place)), request)],
  limitMs: 90 * MINUTE_MS,
})

/** What the cluster and the vault are called; its kubeconfig is written where this user alone reads it. */
export function kubeconfigStage(request: TerraformRequest, onOutputs: (outputs: CloudOutputs) => void): Stage {
  const {place, toolchain} = request
  return {
    name: 'kubectl',
    title: `the context ${place.name}`,
    steps: [
      {
        kind: 'own',
        text: `${TERRAFORM} ${outputArgs(place.module).join(' ')}, and write ${place.kubeconfig}`,
        work: async (signal) => {
          const outputs = await readOutputs(place, toolchain, signal)
          await writeFile(place.kubeconfig, ownKubeconfig(outputs.kubeconfig, place), {mode: 0o600})
          onOutputs(outputs)
        },
      } satisfies Step,
    ],
    limitMs: 5 * MINUTE_MS,
  }
}

async function writeModule({folder, module, settings, target}: CloudPlace, root: string): Promise<void> {
  await mkdir(folder, {recursive: true, mode: 0o700})
  await mkdir(module, {recursive: true, mode: 0o700})
  const source = join(root, 'terraform', target)
  const wanted = (await readdir(source)).filter((name) => name.endsWith('.tf') && name !== 'backend.tf')
  for (const name of await readdir(module)) if (name.endsWith('.tf')) await rm(join(module, name))
  for (const name of wanted) await copyFile(join(source, name), join(module, name))
  const backend = join(module, 'backend.tf')
  if (await isThere(settings.backend)) await copyFile(settings.backend, backend)
  else await writeFile(backend, `terraform {\n  backend "local" {\n    path = "../terraform.tfstate"\n  }\n}\n`)
}

export const isThere = async (file: string): Promise<boolean> =>
  await access(file).then(
    () => true,
    () => false,
  )

/** The plan that was written; it is removed by `forgetPlan`. */
export async function readPlan(place: CloudPlace, toolchain: Toolchain, signal: AbortSignal): Promise<TerraformPlan> {
  return parsePlan(await ask(showPlanArgs(place.module, planFile(place)), toolchain, signal))
}

/** What is sensitive may stand in it. */
export const forgetPlan = async (place: CloudPlace): Promise<void> => await rm(planFile(place), {force: true})

const outputs = z.object({
  kubeconfig: z.string().min(1),
  endpoint: z.string(),
  image_repository: z.string(),
  vault: z.record(z.string(), z.string()),
})

/** What todo5 uses of the outputs of each of its modules. */
export type CloudOutputs = z.infer<typeof outputs>

/** @throws CliError `no_cluster` (exit 4) when Terraform has not made one */
export async function readOutputs(
  {module, name, target, environment}: CloudPlace,
  toolchain: Toolchain,
  signal: AbortSignal,
): Promise<CloudOutputs> {
  const found = outputs.safeParse(Object.fromEntries(parseOutputs(await ask(outputArgs(module), toolchain, signal))))
  if (found.success) return found.data
  throw new CliError(`${name} is not there: Terraform's state names no cluster.`, {
    code: 'no_cluster',
    exit: EXIT.refused,
    hints: [`todo5 deploy ${target} --env ${environment}        makes it`],
  })
}

async function ask(args: readonly string[], toolchain: Toolchain, signal: AbortSignal): Promise<string> {
  const path = await needProgram(TERRAFORM, toolchain, TERRAFORM_HINT)
  const env = {PATH: toolchain.searchPath, CHECKPOINT_DISABLE: '1'}
  const {exitCode, stdout, stderr} = await runProgram(path, args, {signal, env, timeoutMs: 2 * MINUTE_MS})
  if (exitCode === 0) return stdout
  throw new CliError(`terraform ${args[1]} failed (exit code ${exitCode ?? 'none'}).`, {
    code: 'program_failed',
    exit: EXIT.outsideProgram,
    excerpt: stderr
      .trim()
      .split('\n')
      .slice(-6)
      .map((line) => `  ${line}`),
    hints: [`${TERRAFORM} ${args.join(' ')}`],
  })
}
