import {type ChildProcess, spawn} from 'node:child_process'
import {mkdtemp, readFile, readdir, rm} from 'node:fs/promises'
import {hostname, tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest'
import {checkPrintedJson} from '../../cli/testing/printed-json.ts'
import {packagePath} from '../../services/package-root.ts'
import {type LoadUser, signUp} from '../support/faults/load.ts'
import {ApiProbe, type Probed} from './api-probe.ts'
import {CONTEXT, InstalledTodo5, run} from './installed-todo5.ts'

/**
 * `todo5 deploy`, `rollback` and `release` on a real cluster, with requests to the API all the time. Versions are the image
 * that is in the node already, and others that are made of it there, broken in one way each.
 */
const minute = 60_000
const IMAGE = process.env['TODO5_TEST_IMAGE'] ?? 'todo5:0.1.0'
const [REPOSITORY, TAG] = IMAGE.split(/:(?=[^:]*$)/u) as [string, string]
/** What a deploy or a way back may take. */
const BACK_WITHIN_MS = 15 * minute
const SLOW = {timeout: 30 * minute} as const
const REQUESTS_AT_LEAST = 500

const entry = (service: string, instead: string): string =>
  `ENTRYPOINT ${JSON.stringify(['/bin/sh', '-c', `[ "$1" != ${service} ] || { ${instead}; }; exec node /app/bin/container.js "$@"`, 'todo5'])}`
/** Mails find nobody. */
const NO_MAIL = `import net from 'node:net'
const {connect} = net.Socket.prototype
net.Socket.prototype.connect = function (...args) {
  const to = Array.isArray(args[0]) ? args[0][0] : args[0]
  if (to?.port != 2525) return connect.apply(this, args)
  process.nextTick(() => this.destroy(new Error('nobody takes mails')))
  return this
}`
/** What each version has beside the one that it is made of. */
const VERSIONS = {
  next: 'LABEL todo5.test=next',
  later: 'LABEL todo5.test=later',
  crash: entry('chat-api', 'echo "the setting COLOUR is not known"; exit 3'),
  migrate: entry('migrate', 'echo "relation colours does not exist"; exit 1'),
  mute: `ENV NODE_OPTIONS=--import=data:text/javascript,${encodeURIComponent(NO_MAIL).replaceAll("'", '%27')}`,
}
type Version = keyof typeof VERSIONS
const tagOf = (version: Version | 'missing' | 'good'): string => (version === 'good' ? TAG : `${TAG}-test-${version}`)
const imageOf = (version: Version | 'missing' | 'good'): string => `${REPOSITORY}:${tagOf(version)}`

/** Minikube calls its node, a container of Docker, like its profile, which is the context. */
const NODE = CONTEXT

let todo5: InstalledTodo5
let home: string
let user: LoadUser
let sent = 0

beforeAll(async () => {
  for (const [version, lines] of Object.entries(VERSIONS)) {
    const file = `FROM ${IMAGE}\n${lines}\n`
    await run(
      'docker',
      ['exec', '--interactive', NODE, 'docker', 'build', '--tag', imageOf(version as Version), '-'],
      file,
    )
  }
  home = await mkdtemp(join(tmpdir(), 'todo5-home-'))
  todo5 = await InstalledTodo5.prepare(IMAGE)
})

let probe: ApiProbe | undefined
let begun: ChildProcess | undefined
afterEach(async () => {
  await probe?.stop()
  probe = undefined
  begun?.kill('SIGKILL')
  begun = undefined
})
afterAll(async () => {
  await todo5?.remove()
  await rm(home, {recursive: true, force: true})
  for (const version of Object.keys(VERSIONS))
    await run('docker', ['exec', NODE, 'docker', 'rmi', '--force', imageOf(version as Version)])
})

interface Ran {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
  readonly seconds: number
}

const where = (): string[] => ['--kube-context', CONTEXT, '--namespace', todo5.namespace]
const started = (line: readonly string[]) => ({
  program: process.execPath,
  args: [packagePath('bin', 'run.js'), ...line, ...where()],
  env: {...process.env, TODO5_HOME: home, COLUMNS: '400', NO_COLOR: '1'},
})

async function cli(...line: readonly string[]): Promise<Ran> {
  const {program, args, env} = started(line)
  const began = performance.now()
  const {exitCode, stdout, stderr} = await execa(program, args, {reject: false, env})
  if (exitCode === 0) checkPrintedJson({argv: line, stdout: `${stdout}\n`, code: 0})
  return {exitCode, stdout, stderr, seconds: (performance.now() - began) / 1000}
}

async function json<T>(...line: readonly string[]): Promise<T> {
  const {exitCode, stdout, stderr} = await cli(...line, '--json')
  expect([exitCode, stderr.includes('Error')]).toEqual([0, false])
  return JSON.parse(stdout) as T
}

interface Refused {
  readonly exitCode: number | undefined
  readonly code: string
  readonly message: string
  readonly hints: readonly string[]
  readonly seconds: number
}

async function failing(...line: readonly string[]): Promise<Refused> {
  const {exitCode, stdout, seconds} = await cli(...line, '--json')
  const {error} = JSON.parse(stdout) as {error: Pick<Refused, 'code' | 'message' | 'hints'>}
  return {exitCode, ...error, seconds}
}

const deployLine = (version: Version | 'missing' | 'good'): string[] => [
  'deploy',
  'minikube',
  '--image-tag',
  tagOf(version),
  // As `todo5 up minikube` makes them.
  '--values',
  packagePath('charts', 'todo5', 'minikube.yaml'),
  '--set',
  `publicUrl=${new URL(todo5.apiUrl === '' ? 'http://localhost' : todo5.apiUrl).origin}`,
  // Nobody else's port.
  '--set',
  'exposure.kind=none',
]

interface Listed {
  readonly revision: number
  readonly image: string
  readonly good: boolean
  readonly current: boolean
  readonly failure: string | null
}

async function current(): Promise<Listed> {
  const {revisions} = await json<{revisions: Listed[]}>('release', 'list', 'minikube')
  return revisions.find((one) => one.current)!
}

/** With requests all the while; none of them fails. */
async function probed<T>(name: string, work: () => Promise<T>): Promise<T> {
  probe = new ApiProbe(`${todo5.apiUrl}/tasks?limit=5`, user.apiKey)
  const result = await work()
  const seen: Probed = await probe.stop()
  probe = undefined
  sent += seen.sent
  const {revision, image} = await current()
  console.log(
    `${name}: revision ${revision} (${image}), ${seen.sent} requests sent, ${seen.failed.length} failed, longest gap ${seen.longestGapMs} ms`,
  )
  expect(seen.failed).toEqual([])
  return result
}

test('a first release, and what it answers; there is nothing to go back to', SLOW, async () => {
  expect(await json('deploy', 'minikube', '--image-tag', TAG, '--dry-run')).toMatchObject({steps_back: []})
  const {exitCode, stdout, stderr, seconds} = await cli(...deployLine('good'))
  console.log(`first release: ${seconds.toFixed(0)} s\n${stderr}\n${stdout}`)
  expect([exitCode, stdout]).toEqual([0, `✔ minikube runs ${IMAGE}, revision 1`])
  await todo5.expose()
  user = await signUp(todo5.apiUrl)
  expect(await current()).toMatchObject({revision: 1, image: IMAGE, good: true})
  expect(await failing('rollback', 'minikube')).toMatchObject({exitCode: 4, code: 'no_good_revision'})
})

test('a new version: what differs is shown before, and no request fails', SLOW, async () => {
  const line = [...deployLine('next'), '--diff', '--dry-run']
  const plan = await json<{diff: {object: string}[]; steps_back: string[]}>(...line)
  expect(plan.diff.map(({object}) => object)).toContain('Deployment/chat-api')
  expect(plan.steps_back.join('\n')).toContain('helm rollback todo5 1')
  const {exitCode, stderr, seconds} = await probed('new version', async () => await cli(...deployLine('next')))
  console.log(`new version: ${seconds.toFixed(0)} s\n${stderr}`)
  expect(exitCode).toBe(0)
  expect(await current()).toMatchObject({revision: 2, image: imageOf('next'), good: true})
})

const brokers = async (): Promise<string> => {
  const path = '--output=jsonpath={.spec.metadata[?(@.name=="brokers")].value}'
  return await todo5.kubectl(['get', 'components.dapr.io/pubsub-kafka', path])
}

test('a Dapr component that leads nowhere goes back with its release; no request fails', SLOW, async () => {
  const [before, good] = [await current(), await brokers()]
  const line = [...deployLine('next'), '--dapr-set', 'brokers=nowhere:9092']
  const {diff} = await json<{diff: {object: string}[]}>(...line, '--diff', '--dry-run')
  expect(diff.map(({object}) => object)).toContain('Component/pubsub-kafka')
  const {exitCode, code, message, hints, seconds} = await probed('component', async () => await failing(...line))
  console.log(`component: back after ${seconds.toFixed(0)} s\n${message}\n${hints.join('\n')}`)
  const explained =
    /^The deploy failed: [\w-]+: ended with exit code 1, \d times \(CrashLoopBackOff\): [^{]*pubsub-kafka/u
  expect([exitCode, code, message]).toEqual([5, 'rolled_back', expect.stringMatching(explained)])
  expect(seconds * 1000).toBeLessThan(BACK_WITHIN_MS)
  expect(await current()).toMatchObject({revision: before.revision + 2, image: before.image, good: true})
  expect(await brokers()).toBe(good)
})

/** How its failure is told. */
const BROKEN = {
  missing: /^The deploy failed: migrate: image \S+-test-missing not found \((ErrImagePull|ImagePullBackOff)\)\./u,
  crash:
    /^The deploy failed: chat-api: ended with exit code 3, \d times \(CrashLoopBackOff\): the setting COLOUR is not known\./u,
  migrate: /^The deploy failed: migrate: ended with exit code 1: relation colours does not exist\./u,
  mute: /^The deploy failed: The reminder of a task (was not sent within 60 s|could not be sent)/u,
} as const

for (const [name, explained] of Object.entries(BROKEN)) {
  const version = name as keyof typeof BROKEN
  test(
    `a broken version (${name}) is explained in a sentence, and goes back by itself; no request fails`,
    SLOW,
    async () => {
      const before = await current()
      const told = await probed(name, async () => await failing(...deployLine(version)))
      const {exitCode, code, message, hints, seconds} = told
      console.log(`${name}: back after ${seconds.toFixed(0)} s\n${message}\n${hints.join('\n')}`)
      expect([exitCode, code, message]).toEqual([5, 'rolled_back', expect.stringMatching(explained)])
      const back = before.revision + 2
      expect(message).toMatch(new RegExp(`minikube runs ${before.image} again, revision ${back}\\.$`, 'u'))
      expect(seconds * 1000).toBeLessThan(BACK_WITHIN_MS)
      expect(await current()).toMatchObject({revision: back, image: before.image, good: true})
      // The revision that failed is kept, and says why.
      const shown = await json<{good: boolean; failure: string}>('release', 'show', 'minikube', String(back - 1))
      expect([shown.good, message]).toEqual([false, expect.stringContaining(shown.failure)])
    },
  )
}

/** What a process has started, and what that has. */
async function descendants(pid: number): Promise<number[]> {
  const parents = new Map<number, number>()
  for (const entryOf of await readdir('/proc')) {
    if (!/^\d+$/u.test(entryOf)) continue
    // One that has just ended.
    const stat = await readFile(`/proc/${entryOf}/stat`, 'utf8').catch(() => '')
    parents.set(Number(entryOf), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
  }
  const below = (one: number): number[] =>
    [...parents].flatMap(([child, parent]) => (parent === one ? [child, ...below(child)] : []))
  return below(pid)
}

/** Unless it has just ended by itself. */
function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

test('a release that was left pending belongs to somebody, and is finished when that one has ended', SLOW, async () => {
  const before = await current()
  const {program, args, env} = started(deployLine('later'))
  begun = spawn(program, args, {env, stdio: 'ignore'})
  const pending = async (): Promise<string> =>
    (await run('helm', ['status', 'todo5', `--namespace=${todo5.namespace}`, '--output=json'])).slice(0, 1_000_000)
  await expect.poll(async () => JSON.parse(await pending()).info.status).toBe('pending-upgrade')
  const held = await failing(...deployLine('next'))
  expect(held).toMatchObject({exitCode: 4, code: 'release_pending'})
  expect(held.message).toContain(`on ${hostname()} (process ${begun.pid})`)
  expect(held.hints.join('\n')).toContain('--take-over')
  // Nobody of them can tidy up.
  for (const pid of [begun.pid!, ...(await descendants(begun.pid!))]) killed(pid)
  expect(JSON.parse(await pending()).info.status).toBe('pending-upgrade')
  const {exitCode, stderr, seconds} = await probed('left pending', async () => await cli(...deployLine('later')))
  console.log(`left pending: ${seconds.toFixed(0)} s\n${stderr}`)
  expect(exitCode).toBe(0)
  // One that was left, one back to the last good one, and then the new one.
  expect(await current()).toMatchObject({revision: before.revision + 3, image: imageOf('later'), good: true})
})

test(
  'back by hand: to the last good one that is something else, and to one that is named; no request fails',
  SLOW,
  async () => {
    const before = await current()
    expect(before.image).toBe(imageOf('later'))
    const {revisions} = await json<{revisions: Listed[]}>('release', 'list', 'minikube')
    expect(revisions.length).toBeLessThanOrEqual(10)
    const earlier = revisions.find(({image, good}) => good && image === imageOf('next'))!
    const line = ['rollback', 'minikube', '--to', String(earlier.revision), '--diff', '--dry-run']
    expect((await json<{steps: string[]}>(...line)).steps.join('\n')).toContain(
      `helm rollback todo5 ${earlier.revision}`,
    )
    const last = await probed('rollback', async () => await cli('rollback', 'minikube'))
    console.log(`rollback: ${last.seconds.toFixed(0)} s\n${last.stderr}`)
    expect([last.exitCode, last.stdout]).toEqual([0, expect.stringContaining(`minikube runs ${imageOf('next')} again`)])
    expect(last.seconds * 1000).toBeLessThan(BACK_WITHIN_MS)
    const bad = revisions.find(({failure}) => failure !== null)!
    const refused = await failing('rollback', 'minikube', '--to', String(bad.revision))
    expect(refused).toMatchObject({exitCode: 4, code: 'revision_not_good'})
    const named = await probed(
      'rollback --to',
      async () => await cli('rollback', 'minikube', '--to', String(before.revision)),
    )
    expect(named.exitCode).toBe(0)
    expect(await current()).toMatchObject({revision: before.revision + 2, image: imageOf('later'), good: true})
  },
)

test('all of that was under requests', () => {
  console.log(`${sent} requests in all, none failed`)
  expect(sent).toBeGreaterThanOrEqual(REQUESTS_AT_LEAST)
})
