import {access, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest'
import {runTerraform} from '../../cli/operations/cloud/terraform-work.ts'
import {TERRAFORM_FLAGS} from '../../cli/tools/fake/cloud-world.ts'
import {
  applyArgs,
  initArgs,
  outputArgs,
  parseOutputs,
  parsePlan,
  planArgs,
  showPlanArgs,
} from '../../cli/tools/terraform.ts'
import {TestMachine} from '../../cli/toolchain/testing/test-machine.ts'

/** The real Terraform, with its own built-in provider: nothing is fetched, and nothing is made anywhere. */
const MODULE = `
terraform {
  backend "local" {
    path = "../terraform.tfstate"
  }
}
variable "environment" { type = string }
variable "size" { type = number }
resource "terraform_data" "stays" { input = var.environment }
resource "terraform_data" "replaced" { triggers_replace = var.size }
resource "terraform_data" "slow" {
  count = var.size == 3 ? 1 : 0
  provisioner "local-exec" { command = "touch ../slow && sleep 30" }
}
output "kubeconfig" {
  value     = "\${var.environment} \${var.size}"
  sensitive = true
}
`

let machine: TestMachine
let module: string
let plan: string
const lines: string[] = []
beforeEach(async () => {
  machine = await TestMachine.make()
  module = await mkdtemp(join(machine.root, 'module-'))
  plan = join(machine.root, 'plan')
  await writeFile(join(module, 'main.tf'), MODULE)
  await run(initArgs(module))
})
afterEach(async () => await machine.remove())

const toolchain = () => ({...machine.toolchain, searchPath: process.env['PATH']!})
const run = async (args: readonly string[], signal = new AbortController().signal): Promise<string> =>
  (await runTerraform(args, {toolchain: toolchain(), onLine: (line) => lines.push(line)}, signal)).stdout
const planning = async (size: number, destroy = false): Promise<string[]> => {
  const values = join(machine.root, 'values.tfvars')
  await writeFile(values, `size = ${size}\n`)
  return planArgs({module, varFiles: [values], vars: ['environment=staging'], out: plan, destroy})
}
const planned = async (size: number, destroy = false) => {
  await run(await planning(size, destroy))
  return parsePlan(await run(showPlanArgs(module, plan)))
}

test.each(Object.entries(TERRAFORM_FLAGS))(
  'the flags that todo5 gives to terraform %s are flags of it',
  async (command, flags) => {
    const {all} = await execa('terraform', [command, '-help'], {all: true, reject: false, cwd: tmpdir()})
    for (const flag of flags) expect([flag, new RegExp(`^ +${flag}[ =]`, 'mu').test(all)]).toEqual([flag, true])
  },
)

describe('what the real one prints is read', () => {
  test('plans that make, replace, leave and destroy; outputs that are sensitive', async () => {
    expect(await planned(1)).toEqual({
      isEmpty: false,
      changes: ['replaced', 'stays'].map((name) => ({
        address: `terraform_data.${name}`,
        type: 'terraform_data',
        action: 'create',
      })),
    })
    await run(applyArgs(module, plan))
    expect(Object.fromEntries(parseOutputs(await run(outputArgs(module))))).toEqual({kubeconfig: 'staging 1'})
    expect(await planned(1)).toEqual({isEmpty: true, changes: []})
    const {changes} = await planned(2)
    expect(changes.map(({address, action}) => `${action} ${address}`)).toEqual(['replace terraform_data.replaced'])
    const all = await planned(1, true)
    expect(all.changes.map(({action}) => action)).toEqual(['destroy', 'destroy'])
    await run(applyArgs(module, plan))
    expect(Object.fromEntries(parseOutputs(await run(outputArgs(module))))).toEqual({})
  })

  test('a plan is applied once: after another one it is refused', async () => {
    await planned(1)
    await run(applyArgs(module, plan))
    const failure = run(applyArgs(module, plan))
    await expect(failure).rejects.toMatchObject({
      code: 'program_failed',
      excerpt: expect.arrayContaining(['  Error: Saved plan is stale']),
    })
  })

  test('who holds the lock; Ctrl-C is passed on once, and gives it back', async () => {
    await planned(3)
    const stop = new AbortController()
    const applying = run(applyArgs(module, plan), stop.signal)
    const ended = expect(applying).rejects.toBe('stopped')
    await vi.waitFor(async () => await access(join(machine.root, 'slow')), {timeout: 60_000})
    const blocked = (await planning(1)).map((word) => (word.startsWith('-lock-timeout=') ? '-lock-timeout=0s' : word))
    await expect(run(blocked)).rejects.toMatchObject({
      code: 'state_locked',
      exit: 4,
      message: expect.stringMatching(
        /^The state of Terraform is locked: \S+@\S+ applies a plan \(since \d{4}-.* UTC\)/u,
      ),
    })
    stop.abort('stopped')
    await ended
    const state = JSON.parse(await readFile(join(machine.root, 'terraform.tfstate'), 'utf8')) as {resources: object[]}
    expect(state.resources.length).toBeGreaterThan(0)
    await expect(access(join(machine.root, '.terraform.tfstate.lock.info'))).rejects.toThrow('ENOENT')
    await rm(join(machine.root, 'slow'))
    expect((await planned(1)).changes).not.toEqual([])
  })
})
