/** `npm run bench -- cli`: CPU time of commands against that of an empty Node process, in turns. */
import {spawnSync} from 'node:child_process'
import {parseArgs} from 'node:util'
import {packagePath} from '../../../services/package-root.ts'
import {onLocalTarget} from '../on-local-target.ts'
import {cpuOfEndedChildren} from '../process-cpu.ts'
import {surroundings} from '../surroundings.ts'
import {type Figures, LONG_LIST, type Report} from './report.ts'

export {print} from './report.ts'

export const usage = '(a minute, Linux)'

const ROUNDS = 15

/** What any program in Node pays for 10,000 tasks: ten pages, read and parsed, of which it then prints nothing. */
const READ_ONLY = `
  const {get} = process.getBuiltinModule('node:http')
  const {TODO5_API_URL: url, TODO5_API_KEY: key, LIMIT: limit} = process.env
  const headers = {'x-api-key': key}
  let left = Number(limit)
  const page = (cursor) => get(url + '/tasks?limit=1000' + cursor, {headers}, (response) => {
    const chunks = []
    response.on('data', (chunk) => chunks.push(chunk))
    response.on('end', () => {
      const {tasks, next_cursor: next} = JSON.parse(Buffer.concat(chunks))
      left -= tasks.length
      if (next !== null) page('&cursor=' + next)
      else if (left !== 0) throw new Error(left + ' tasks are missing')
    })
  })
  page('')`

export const {run, stop} = onLocalTarget<Report>(async (local, args) => {
  parseArgs({args: [...args], options: {}})
  const {api_url: url} = await local.up()
  const key = await local.apiKey()
  const env = {
    PATH: process.env['PATH'],
    TODO5_API_URL: url,
    TODO5_API_KEY: key,
    LIMIT: String(LONG_LIST),
    TZ: 'UTC',
    LANG: 'C.UTF-8',
  }
  const program = packagePath('bin', 'run.js')
  const few = [['--version'], ['task', 'add', '--help'], ['task', 'list']]
  await addTasks(url, key, 20)
  const commands = few.map((line) => compare(`todo5 ${line.join(' ')}`, [program, ...line], env))
  await addTasks(url, key, LONG_LIST - 20)
  const long = ['task', 'list', '--limit', String(LONG_LIST)]
  commands.push(compare(`todo5 ${long.join(' ')}`, [program, ...long], env))
  commands.push(compare(`bare Node: ${LONG_LIST} tasks read and parsed`, ['-e', READ_ONLY], env))
  return {bench: 'cli', ...(await surroundings()), rounds: ROUNDS, commands}
})

function compare(command: string, line: readonly string[], env: NodeJS.ProcessEnv): Figures {
  const spent = {todo5: 0, control: 0}
  for (let round = -2; round < ROUNDS; round++) {
    const control = cpuOf(['-e', '0'], env)
    const todo5 = cpuOf(line, env)
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
