import {randomBytes} from 'node:crypto'
import {copyFile, mkdtemp, readdir, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {checkPrintedJson} from '../../cli/testing/printed-json.ts'
import {packagePath} from '../../services/package-root.ts'
import {docker} from './docker.ts'

/**
 * `todo5 up minikube` from nothing to a todo5 that works, in a profile of its own beside whatever else there is, and all of it
 * away again. The image of this version is in the local engine already (`todo5 image build`), or it is built; where Dapr's
 * chart repository cannot be reached TODO5_TEST_DAPR_CHART names the chart.
 */
const SLOW = {timeout: 45 * 60_000} as const
const PROFILE = `todo5-test-${randomBytes(3).toString('hex')}`
const CHART = process.env['TODO5_TEST_DAPR_CHART']
/** none, unless the images of the others can be had. */
const MONITORING = process.env['TODO5_TEST_MONITORING'] ?? 'none'
const UP = [
  'up',
  'minikube',
  '--profile',
  PROFILE,
  '--monitoring',
  MONITORING,
  ...(CHART === undefined ? [] : ['--dapr-chart', CHART]),
]

let home: string
let env: NodeJS.ProcessEnv
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'todo5-home-'))
  // The contexts that there are stay, and the one that is current stays current, for whoever else uses them.
  const kubeconfig = join(home, 'kubeconfig')
  const {KUBECONFIG: ours} = process.env
  if (ours !== undefined) await copyFile(ours, kubeconfig)
  env = {...process.env, TODO5_HOME: join(home, 'todo5'), KUBECONFIG: kubeconfig, NO_COLOR: '1'}
})
afterAll(async () => {
  if ((await profiles()).includes(PROFILE)) await program('minikube', 'delete', `--profile=${PROFILE}`)
  await rm(home, {recursive: true, force: true})
})

async function program(name: string, ...args: readonly string[]): Promise<string> {
  return (await execa(name, args, {env})).stdout
}

interface Ran<T> {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
  readonly printed: T
}

async function todo5<T = unknown>(...line: readonly string[]): Promise<Ran<T>> {
  const {exitCode, stdout, stderr} = await execa(process.execPath, [packagePath('bin', 'run.js'), ...line], {
    reject: false,
    env,
  })
  if (!line.includes('--json')) return {exitCode, stdout, stderr, printed: undefined as T}
  if (exitCode === 0) checkPrintedJson({argv: line, stdout: `${stdout}\n`, code: 0})
  return {exitCode, stdout, stderr, printed: JSON.parse(stdout) as T}
}

const profiles = async (): Promise<string[]> => {
  const {stdout} = await execa('minikube', ['profile', 'list', '--output=json'], {env, reject: false})
  const {valid, invalid} = JSON.parse(stdout) as Record<'valid' | 'invalid', {Name: string}[] | null>
  return [...(valid ?? []), ...(invalid ?? [])].map(({Name}) => Name)
}
const contexts = async (): Promise<string[]> =>
  (await program('kubectl', 'config', 'get-contexts', '--output=name')).split('\n').filter(Boolean).toSorted()

/** What a cluster is made of on this machine. */
async function left(): Promise<string[]> {
  const [containers, volumes, networks] = await Promise.all([
    docker('ps', '--all', '--filter', `name=${PROFILE}`, '--format', '{{.Names}}'),
    docker('volume', 'ls', '--filter', `name=${PROFILE}`, '--format', '{{.Name}}'),
    docker('network', 'ls', '--filter', `name=${PROFILE}`, '--format', '{{.Name}}'),
  ])
  return [containers, volumes, networks].flatMap(({stdout}) => stdout.split('\n').filter(Boolean))
}

interface Up {
  readonly already_running: boolean
  readonly took_seconds: number
  readonly api_url: string
  readonly stages: readonly {readonly stage: string; readonly took_seconds: number; readonly already: string | null}[]
}

const doneNow = ({stages}: Up): string[] => stages.filter(({already}) => already === null).map(({stage}) => stage)
const told = (name: string, {took_seconds: seconds, stages}: Up): void => {
  const each = stages.map((one) => `${one.stage} ${one.took_seconds.toFixed(0)}${one.already === null ? '' : ' (-)'}`)
  console.log(`${name}: ${seconds.toFixed(0)} s: ${each.join(', ')}`)
}
const revisions = async (): Promise<unknown> =>
  JSON.parse(await program('helm', 'list', '--all-namespaces', `--kube-context=${PROFILE}`, '--output=json')).map(
    ({name, revision, status}: Record<string, string>) => `${name} ${revision} ${status}`,
  )

let contextsBefore: string[]

test('what would be done is printed, and nothing is', SLOW, async () => {
  contextsBefore = await contexts()
  const {exitCode, printed} = await todo5<{steps: string[]}>(...UP, '--dry-run', '--json')
  expect(exitCode).toBe(0)
  expect(printed.steps.join('\n')).toContain(`minikube start --profile=${PROFILE}`)
  expect([await profiles(), await contexts()]).toEqual([expect.not.arrayContaining([PROFILE]), contextsBefore])
  const {printed: down} = await todo5<{steps: string[]}>('down', 'minikube', '--delete', '--dry-run', '--json')
  expect(down.steps).toEqual([])
})

test('from nothing to a task that was added, reminded of, completed and followed by the next one', SLOW, async () => {
  const {exitCode, stdout, stderr} = await todo5(...UP)
  console.log(`$ todo5 ${UP.join(' ')}\n${stderr}\n${stdout}`)
  expect(exitCode).toBe(0)
  expect(await revisions()).toEqual(
    expect.arrayContaining(['dapr 1 deployed', 'todo5 1 deployed', 'todo5-platform 1 deployed']),
  )
})

test('a second time changes nothing', SLOW, async () => {
  const before = await revisions()
  const {exitCode, printed} = await todo5<Up>(...UP, '--json')
  told('second up', printed)
  // What is looked at and not used again is no change.
  expect([exitCode, printed.already_running, doneNow(printed)]).toEqual([0, true, ['verify']])
  expect(await revisions()).toEqual(before)
})

test('it is the context of this machine: tasks, how it is, what it writes, what it has', SLOW, async () => {
  const {exitCode} = await todo5('task', 'add', 'water the plants', '--quiet')
  expect(exitCode).toBe(0)
  const {printed} = await todo5<{state: string; profile: string; revision: number}>('status', 'minikube', '--json')
  expect(printed).toMatchObject({state: 'running', profile: PROFILE, revision: 1})
  const logs = await todo5('logs', 'notification', '--target', 'minikube')
  expect([logs.exitCode, logs.stdout]).toEqual([0, expect.stringContaining('ready')])
  const topics = await todo5<{topics: {name: string}[]}>('topic', 'list', '--target', 'minikube', '--json')
  expect(topics.printed.topics.map(({name}) => name)).toContain('task-events')
  const {printed: list} = await todo5<{revisions: {good: boolean}[]}>('release', 'list', 'minikube', '--json')
  expect(list.revisions).toMatchObject([{revision: 1, good: true}])
})

test('stopped and started again it has what it had', SLOW, async () => {
  const down = await todo5('down', 'minikube', '--json')
  expect([down.exitCode, down.printed]).toEqual([0, expect.objectContaining({found: 'running', deleted: []})])
  const stopped = await todo5('status', 'minikube', '--json')
  expect([stopped.exitCode, stopped.printed]).toEqual([4, expect.objectContaining({state: 'stopped'})])
  const {exitCode, stderr, printed} = await todo5<Up>(...UP, '--json')
  expect([exitCode, stderr.includes('Error')]).toEqual([0, false])
  told('up after down', printed)
  expect((await todo5('task', 'list')).stdout).toContain('water the plants')
})

test('deleted, nothing of it is left, and all else is as it was', SLOW, async () => {
  const {printed} = await todo5<{steps: string[]}>('down', 'minikube', '--delete', '--dry-run', '--json')
  expect(printed.steps).toEqual([`minikube delete --profile=${PROFILE}`])
  expect(await profiles()).toContain(PROFILE)
  const {exitCode, stdout} = await todo5('down', 'minikube', '--delete', '--yes')
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining(PROFILE)])
  expect(await left()).toEqual([])
  expect([await profiles(), await contexts()]).toEqual([expect.not.arrayContaining([PROFILE]), contextsBefore])
  const files = await readdir(join(home, 'todo5'), {recursive: true})
  expect(files.filter((file) => file.endsWith('minikube.json'))).toEqual([])
})
