import {appendFile, chmod, mkdir, readFile, readdir, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {execa} from 'execa'
import {parse} from 'yaml'
import {beforeEach, describe, expect, test, vi} from 'vitest'
import {packagePath} from '../services/package-root.ts'
import {runCli} from './testing/run-cli.ts'
import {TARGETS, useCloud} from './testing/use-cloud.ts'

/** The `run:` steps of the workflows, as bash runs them; what they call of todo5 is run here, with fakes of what it calls. */

vi.setConfig({testTimeout: 300_000})

const bench = useCloud()
const WORKFLOWS = packagePath('.github', 'workflows')

interface Step {
  readonly if?: string
  readonly run?: string
  readonly env?: Readonly<Record<string, string>>
}
interface Workflow {
  readonly jobs: Readonly<
    Record<string, {readonly env?: Readonly<Record<string, string>>; readonly steps: readonly Step[]}>
  >
}

const callsTodo5 = ({run = ''}: Step): boolean => /node bin\/run\.js|npx --no todo5/u.test(run)

async function stepsOf(file: string): Promise<(Step & {readonly env: Readonly<Record<string, string>>})[]> {
  const {jobs} = parse(await readFile(file, 'utf8')) as Workflow
  return Object.values(jobs).flatMap((job) =>
    job.steps.filter(callsTodo5).map((step) => ({...step, env: {...job.env, ...step.env}})),
  )
}

let folder: string
beforeEach(async () => {
  folder = join(bench.home, 'workspace')
  await mkdir(join(folder, 'shims'), {recursive: true})
  // Whoever is called notes it, an argument a line.
  for (const name of ['node', 'npx', 'docker', 'jq']) {
    const path = join(folder, 'shims', name)
    await writeFile(path, `#!/bin/bash\nprintf '%s\\0' ${name} "$@" >> "$CALLS"\nprintf '\\n' >> "$CALLS"\n`)
    await chmod(path, 0o755)
  }
})

/** The command lines of todo5 that a step calls, taken apart by bash. */
async function calledBy({run}: Step, env: Readonly<Record<string, string>>): Promise<string[][]> {
  const calls = join(folder, 'calls')
  await appendFile(calls, '')
  const path = `${join(folder, 'shims')}:/usr/bin:/bin`
  const options = {cwd: folder, env: {...env, PATH: path, CALLS: calls}, extendEnv: false}
  // As GitHub does where no shell is named.
  await execa('bash', ['-e', '-c', run!], options)
  const lines = (await readFile(calls, 'utf8')).split('\0\n').filter(Boolean)
  return lines.flatMap((line) => {
    const words = line.split('\0')
    if (words[0] === 'node' && words[1] === 'bin/run.js') return [words.slice(2)]
    return words[0] === 'npx' ? [words.slice(3)] : []
  })
}

const variables = (target: string, terraform: boolean): Record<string, string> => ({
  'vars.TODO5_TARGET': target,
  'vars.TERRAFORM_TFVARS': terraform ? 'region = "x"' : '',
  'vars.TERRAFORM_BACKEND': 'terraform {}',
  'vars.TODO5_VALUES': 'kafka: {brokers: "b:9092"}',
  'vars.KUBECONFIG': `contexts: [{name: ${target}-staging}, {name: ${target}-production}]`,
  'github.sha': '0123abc',
  'github.workspace': folder,
  'needs.image.outputs.repository': 'ghcr.io/ann/todo5',
  'steps.name.outputs.repository': 'ghcr.io/ann/todo5',
})

function filled(
  env: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  const fill = (text: string): string =>
    text.replaceAll(/\$\{\{ (\S+) \}\}/gu, (_, name: string) => values[name] ?? name)
  return Object.fromEntries(Object.entries(env).map(([name, text]) => [name, fill(text)]))
}

const isMeant = (step: Step, terraform: boolean): boolean =>
  step.if === undefined || (step.if === "vars.TERRAFORM_TFVARS != ''") === terraform

async function writtenByInit(): Promise<string> {
  const out = join(bench.home, 'elsewhere')
  expect((await bench.todo5(`ci init --out ${out}`)).code).toBe(0)
  return join(out, '.github', 'workflows')
}

describe.each(['staging', 'production'])('deploy-%s.yml', (environment) => {
  test.each(TARGETS)(
    '%s: deploys with Terraform, and to a cluster that is there, as written here and by ci init',
    async (target) => {
      for (const source of [WORKFLOWS, await writtenByInit()]) {
        for (const terraform of [true, false]) {
          await bench.cloudOf(target)
          const summary = join(folder, 'summary.md')
          await writeFile(join(folder, 'calls'), '')
          await writeFile(summary, '')
          const steps = (await stepsOf(join(source, `deploy-${environment}.yml`))).filter(
            (step) => /deploy "/u.test(step.run!) && isMeant(step, terraform),
          )
          expect(steps.length).toBe(1)
          const env = filled(steps[0]!.env, variables(target, terraform))
          const [words, ...others] = await calledBy(steps[0]!, env)
          expect(others).toEqual([])
          expect(words!.slice(0, 2)).toEqual(['deploy', target])
          process.env['KUBECONFIG'] = env['KUBECONFIG']
          try {
            const all = {PATH: bench.machine.bin, TODO5_HOME: bench.home, GITHUB_STEP_SUMMARY: summary, ...env}
            const ran = await runCli(words!, {
              home: bench.home,
              folder,
              now: Date.now(),
              env: {...all, PATH: bench.machine.bin},
            })
            expect([ran.code, ran.stderr]).toEqual([0, expect.stringContaining('is good')])
          } finally {
            delete process.env['KUBECONFIG']
          }
          expect((await bench.log()).some((line) => line.startsWith('terraform'))).toBe(terraform)
          expect(await bench.machine.log()).toContain(
            '--set-string=image.tag=0123abc --set=image.repository=ghcr.io/ann/todo5',
          )
          expect(await readFile(summary, 'utf8')).toContain(`### ✅ ${target}`)
          await writeFile(join(bench.machine.root, 'log'), '')
        }
      }
    },
  )
})

test('what else the workflows call of todo5 does what it says', async () => {
  const called: string[][] = []
  for (const file of await readdir(WORKFLOWS)) {
    for (const step of await stepsOf(join(WORKFLOWS, file))) {
      if (/deploy "/u.test(step.run!)) continue
      await writeFile(join(folder, 'calls'), '')
      const output = join(folder, 'output')
      const env = {
        ...filled(step.env, variables('oke', true)),
        GITHUB_OUTPUT: output,
        GITHUB_REPOSITORY: 'Ann/todo5',
        GITHUB_REF_NAME: 'v1.2.3',
      }
      called.push(...(await calledBy(step, env)))
    }
  }
  const names = called.map((words) => words.slice(0, 2).join(' '))
  expect([...new Set(names)].toSorted()).toEqual(['doctor', 'image build', 'toolchain install'])
  for (const words of called) {
    // What takes minutes is rehearsed; the tests of the commands themselves do it.
    const isChange = words[0] !== 'doctor'
    const {code, stderr} = await runCli([...words, ...(isChange ? ['--dry-run'] : [])], {
      home: bench.home,
      env: {PATH: bench.machine.bin, TODO5_HOME: bench.home, TODO5_TOOLCHAIN: join(bench.home, 'programs')},
    })
    expect([words, stderr]).toEqual([words, expect.not.stringMatching(/exit [125]\]/u)])
    expect(isChange ? [0] : [0, 4]).toContain(code)
  }
})
