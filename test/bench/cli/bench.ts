/**
 * `npm run bench -- cli`: CPU time of commands against that of an empty Node process, in turns. Linux;
 * half a minute.
 */
import {spawnSync} from 'node:child_process'
import {parseArgs} from 'node:util'
import {packagePath} from '../../../services/package-root.ts'
import {LocalTarget} from '../../support/local-target.ts'
import {cpuOfEndedChildren} from '../process-cpu.ts'
import {surroundings, type Surroundings} from '../surroundings.ts'
import {table} from '../table.ts'

export const usage = '(half a minute, Linux)'

const ROUNDS = 15
const LONG_LIST = 10_000

interface Figures {
  readonly command: string
  /** Means, ms. */
  readonly cpu_ms: number
  readonly control_cpu_ms: number
  readonly ratio: number
}

interface Report extends Surroundings {
  readonly bench: 'cli'
  readonly rounds: number
  readonly commands: readonly Figures[]
}

let local: LocalTarget | undefined

export async function stop(): Promise<void> {
  await local?.dispose()
  local = undefined
}

export async function run(args: readonly string[]): Promise<Report> {
  parseArgs({args: [...args], options: {}})
  try {
    local = await LocalTarget.create()
    const {api_url: url} = await local.up()
    const key = await local.apiKey()
    const env = {PATH: process.env['PATH'], TODO5_API_URL: url, TODO5_API_KEY: key, TZ: 'UTC', LANG: 'C.UTF-8'}
    const few = [['--version'], ['task', 'add', '--help'], ['task', 'list']]
    await addTasks(url, key, 20)
    const commands = few.map((line) => compare(line.join(' '), line, env))
    await addTasks(url, key, LONG_LIST - 20)
    commands.push(compare(`task list --limit ${LONG_LIST}`, ['task', 'list', '--limit', String(LONG_LIST)], env))
    return {bench: 'cli', ...(await surroundings()), rounds: ROUNDS, commands}
  } finally {
    await stop()
  }
}

export function print({rounds, commands}: Report): string {
  const rows = commands.map(({command, cpu_ms: cpu, control_cpu_ms: control, ratio}) => [
    command,
    cpu.toFixed(0),
    control.toFixed(0),
    `${ratio.toFixed(2)}×`,
  ])
  return [
    `CPU time of a whole process, means of ${rounds} rounds, in turns with node -e 0.`,
    '',
    table(['todo5 …', 'CPU ms', 'node -e 0 ms', 'ratio'], rows),
  ].join('\n')
}

function compare(command: string, line: readonly string[], env: NodeJS.ProcessEnv): Figures {
  const program = packagePath('bin', 'run.js')
  const spent = {todo5: 0, control: 0}
  for (let round = -2; round < ROUNDS; round++) {
    const control = cpuOf(['-e', '0'], env)
    const todo5 = cpuOf([program, ...line], env)
    // The first ones fill the caches of files and of compiled code.
    if (round < 0) continue
    spent.control += control
    spent.todo5 += todo5
  }
  return {
    command,
    cpu_ms: spent.todo5 / ROUNDS,
    control_cpu_ms: spent.control / ROUNDS,
    ratio: spent.todo5 / spent.control,
  }
}

function cpuOf(line: readonly string[], env: NodeJS.ProcessEnv): number {
  const before = cpuOfEndedChildren()
  const {status, stderr} = spawnSync(process.execPath, line, {env, stdio: ['ignore', 'ignore', 'pipe']})
  if (status !== 0) throw new Error(`${line.join(' ')} ended with ${status}: ${stderr.toString()}`)
  return cpuOfEndedChildren() - before
}

async function addTasks(url: string, key: string, count: number): Promise<void> {
  for (let made = 0; made < count; made += 100) {
    const size = Math.min(100, count - made)
    const operations = Array.from({length: size}, (_, at) => ({
      op: 'create',
      task: {title: `Task ${made + at}`, due_at: '2031-05-05T09:00:00Z', tags: ['home']},
    }))
    const answer = await fetch(`${url}/tasks/batch`, {
      method: 'POST',
      headers: {'x-api-key': key, 'content-type': 'application/json'},
      body: JSON.stringify({operations}),
    })
    if (!answer.ok) throw new Error(`tasks could not be made: ${answer.status} ${await answer.text()}`)
  }
}
