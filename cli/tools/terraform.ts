/** The arguments of Terraform that todo5 uses, and what it answers. */
import {z} from 'zod'

export const TERRAFORM = 'terraform'

/** s that it waits for a lock of the state that somebody else holds. */
const LOCK_SECONDS = 60

const at = (module: string): string => `-chdir=${module}`

/** Gets the providers, and finds the state. */
export const initArgs = (module: string): string[] => [
  at(module),
  'init',
  '-input=false',
  '-no-color',
  `-lock-timeout=${LOCK_SECONDS}s`,
  // The folder is written anew each time: a backend that somebody changed is the one that counts.
  '-reconfigure',
]

export interface TerraformPlanning {
  readonly module: string
  /** Values of its variables, files. */
  readonly varFiles: readonly string[]
  /** NAME=VALUE; no secret. */
  readonly vars: readonly string[]
  /** Where the plan is written. */
  readonly out: string
  /** Plan to take everything away. */
  readonly destroy: boolean
}

export const planArgs = ({module, varFiles, vars, out, destroy}: TerraformPlanning): string[] => [
  at(module),
  'plan',
  ...(destroy ? ['-destroy'] : []),
  '-input=false',
  '-no-color',
  `-lock-timeout=${LOCK_SECONDS}s`,
  ...varFiles.map((file) => `-var-file=${file}`),
  ...vars.map((pair) => `-var=${pair}`),
  `-out=${out}`,
]

/** What a plan would do, as JSON; see `parsePlan`. */
export const showPlanArgs = (module: string, plan: string): string[] => [at(module), 'show', '-json', '-no-color', plan]

/** Does what the plan says and nothing else: it asks nothing, and refuses when the state has changed since. */
export const applyArgs = (module: string, plan: string): string[] => [
  at(module),
  'apply',
  '-input=false',
  '-no-color',
  `-lock-timeout=${LOCK_SECONDS}s`,
  plan,
]

export const outputArgs = (module: string): string[] => [at(module), 'output', '-json', '-no-color']

const ACTIONS = ['no-op', 'create', 'read', 'update', 'delete', 'forget'] as const
const plan = z.object({
  resource_changes: z
    .array(
      z.object({
        address: z.string(),
        mode: z.enum(['managed', 'data']),
        type: z.string(),
        change: z.object({actions: z.array(z.enum(ACTIONS))}),
      }),
    )
    .default([]),
  output_changes: z.record(z.string(), z.object({actions: z.array(z.enum(ACTIONS))})).default({}),
})

export interface ResourceChange {
  /** Such as oci_core_vcn.this. */
  readonly address: string
  readonly type: string
  /** `replace`: destroyed, and made anew. */
  readonly action: 'create' | 'update' | 'replace' | 'destroy'
}

export interface TerraformPlan {
  readonly changes: readonly ResourceChange[]
  /** Whether there is anything to apply, be it an output alone. */
  readonly isEmpty: boolean
}

/** What `showPlanArgs` printed. @throws ZodError, SyntaxError */
export function parsePlan(stdout: string): TerraformPlan {
  const {resource_changes: resources, output_changes: outputs} = plan.parse(JSON.parse(stdout))
  const changes = resources.flatMap(({address, mode, type, change: {actions}}): ResourceChange[] => {
    const action = mode === 'managed' ? actionOf(actions) : undefined
    return action === undefined ? [] : [{address, type, action}]
  })
  const outputsStay = Object.values(outputs).every(({actions}) => actions.every((action) => action === 'no-op'))
  return {changes, isEmpty: changes.length === 0 && outputsStay}
}

function actionOf(actions: readonly (typeof ACTIONS)[number][]): ResourceChange['action'] | undefined {
  const destroys = actions.includes('delete')
  if (actions.includes('create')) return destroys ? 'replace' : 'create'
  if (destroys) return 'destroy'
  return actions.includes('update') ? 'update' : undefined
}

const outputs = z.record(z.string(), z.object({value: z.unknown()}))

/** What `outputArgs` printed, by name; those that are sensitive, too. @throws ZodError, SyntaxError */
export const parseOutputs = (stdout: string): Map<string, unknown> =>
  new Map(Object.entries(outputs.parse(JSON.parse(stdout))).map(([name, {value}]) => [name, value]))

export interface StateLock {
  readonly id: string
  /** Such as ann@laptop. */
  readonly who: string
  /** Such as OperationTypeApply. */
  readonly operation: string
  /** As Terraform writes it, UTC. */
  readonly created: string
}

/** Who holds the lock of the state, of what a command said that could not get it; undefined when that was not why. */
export function parseLock(said: string): StateLock | undefined {
  if (!/acquiring the state lock/u.test(said)) return undefined
  const field = (name: string): string => new RegExp(`^[\\s│]*${name}:[ \\t]*(.*?)\\s*$`, 'mu').exec(said)?.[1] ?? ''
  return {id: field('ID'), who: field('Who'), operation: field('Operation'), created: field('Created')}
}
