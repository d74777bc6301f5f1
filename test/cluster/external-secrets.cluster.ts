import {randomBytes} from 'node:crypto'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {execa} from 'execa'
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest'
import {stringify} from 'yaml'
import {checkPrintedJson} from '../../cli/testing/printed-json.ts'
import {waitReadyArgs} from '../../cli/tools/kubectl-cloud.ts'
import {packagePath} from '../../services/package-root.ts'
import {signUp} from '../support/faults/load.ts'
import {ApiProbe} from './api-probe.ts'
import {CONTEXT, InstalledTodo5, makeSecrets, run, type Secrets} from './installed-todo5.ts'

/**
 * What `todo5 deploy oke` does once there is a kubeconfig, on a real cluster: the External Secrets Operator brings the Secrets
 * out of a vault, with charts/todo5-secrets, and todo5 is deployed with the values of a cloud. The vault is another namespace
 * of the cluster, the one kind that needs no account.
 */
const SLOW = {timeout: 20 * 60_000} as const
const IMAGE = process.env['TODO5_TEST_IMAGE'] ?? 'todo5:0.1.0'
/** Where the repository of its chart cannot be reached. */
const CHART = process.env['TODO5_TEST_EXTERNAL_SECRETS_CHART']
const VAULT = `todo5-vault-${randomBytes(3).toString('hex')}`
const PREFIX = 'todo5-test-'
const OPERATOR = 'external-secrets'

let todo5: InstalledTodo5
let home: string
let kept: Secrets = {}

/** As the stage of `todo5 deploy oke` does it. */
async function bring(secrets: Secrets, namespace: string): Promise<void> {
  kept = secrets
  await run('kubectl', ['create', 'namespace', VAULT])
  await makeSecrets(VAULT, Object.fromEntries(Object.entries(secrets).map(([name, keys]) => [PREFIX + name, keys])))
  const values = join(home, 'vault.json')
  const vault = {namespace: VAULT, prefix: PREFIX}
  await writeFile(
    values,
    JSON.stringify({store: 'kubernetes', vault, secrets: Object.keys(secrets), refreshInterval: '10s'}),
  )
  const chart = packagePath('charts', 'todo5-secrets')
  await run('helm', ['upgrade', '--install', 'todo5-secrets', chart, `--namespace=${namespace}`, `--values=${values}`])
  await run('kubectl', waitReadyArgs('externalsecrets.external-secrets.io', {namespace, kubeContext: CONTEXT}, 120))
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'todo5-home-'))
  const chart = CHART === undefined ? [OPERATOR, '--repo=https://charts.external-secrets.io'] : [CHART]
  await run('helm', [
    'upgrade',
    '--install',
    OPERATOR,
    ...chart,
    `--namespace=${OPERATOR}`,
    '--create-namespace',
    '--set=installCRDs=true',
    '--wait',
    '--timeout=10m',
  ])
  todo5 = await InstalledTodo5.prepare(IMAGE, bring)
})
afterAll(async () => {
  // Only while the operator runs it lets go of them.
  if (todo5)
    await run('helm', ['uninstall', 'todo5-secrets', `--namespace=${todo5.namespace}`, '--ignore-not-found', '--wait'])
  await todo5?.remove()
  await run('kubectl', ['delete', 'namespace', VAULT, '--ignore-not-found', '--wait=false'])
  await run('helm', ['uninstall', OPERATOR, `--namespace=${OPERATOR}`, '--wait'])
  await run('kubectl', ['delete', 'namespace', OPERATOR, '--wait=false'])
  await rm(home, {recursive: true, force: true})
})

let probe: ApiProbe | undefined
afterEach(async () => {
  await probe?.stop()
  probe = undefined
})

interface Ran {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
}

async function cli(...line: readonly string[]): Promise<Ran> {
  const where = ['--kube-context', CONTEXT, '--namespace', todo5.namespace]
  const args = [packagePath('bin', 'run.js'), ...line, ...where]
  const env = {...process.env, TODO5_HOME: home, COLUMNS: '400', NO_COLOR: '1'}
  const {exitCode, stdout, stderr} = await execa(process.execPath, args, {reject: false, env})
  if (exitCode === 0) checkPrintedJson({argv: line, stdout: `${stdout}\n`, code: 0})
  // Whatever is done, no value is said.
  const values = Object.values(kept).flatMap((keys) => Object.values(keys))
  expect(values.filter((value) => (stdout + stderr).includes(value))).toEqual([])
  return {exitCode, stdout, stderr}
}

interface Listed {
  readonly name: string
  readonly source: string
  readonly state: string
}
/** Where each of them is kept, and how it is. */
async function externally(): Promise<Record<string, string>> {
  const {stdout} = await cli('secret', 'list', '--target', 'oke', '--json')
  const {secrets} = JSON.parse(stdout) as {secrets: Listed[]}
  const external = secrets.filter(({name}) => name !== 'postgresql')
  return Object.fromEntries(external.map(({name, source, state}) => [name, `${source} ${state}`]))
}

const allInStep = (): Record<string, string> =>
  Object.fromEntries(Object.keys(kept).map((name) => [name, 'kubernetes in_step']))

const inVault = async (name: string, key: string): Promise<string> => {
  const path = `--output=jsonpath={.data.${key}}`
  const data = await run('kubectl', ['get', 'secret', PREFIX + name, `--namespace=${VAULT}`, path])
  return Buffer.from(data, 'base64').toString()
}

test('the Secrets come out of the vault, each with the keys that todo5 reads', SLOW, async () => {
  expect(await externally()).toEqual(allInStep())
  const {exitCode, stdout} = await cli('secret', 'check', '--target', 'oke')
  expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^✔ oke has all \d+ secrets that todo5 needs\.$/u)])
})

test('deployed with the values of a cloud, it works with them', SLOW, async () => {
  const values = join(home, 'values.yaml')
  await writeFile(
    values,
    stringify({
      publicUrl: 'http://localhost',
      exposure: {kind: 'none'},
      dapr: {secretStore: 'secretstore-kubernetes'},
      // Of todo5-platform, which wants no password.
      kafka: {applyTopics: true, cidrs: [], sasl: {mechanism: ''}},
    }),
  )
  const files = [packagePath('charts/todo5/oke.yaml'), packagePath('charts/todo5/minikube.yaml'), values]
  const line = ['deploy', 'oke', '--dapr-target', 'minikube', '--image-tag', IMAGE.split(':').at(-1)!]
  const {exitCode, stdout, stderr} = await cli(...line, ...files.flatMap((file) => ['--values', file]))
  console.log(stderr)
  expect([exitCode, stdout]).toEqual([0, `✔ oke runs ${IMAGE}, revision 1`])
  await todo5.expose()
})

test('a new value goes by the vault to the pods, and no request fails', SLOW, async () => {
  const {apiKey} = await signUp(todo5.apiUrl)
  probe = new ApiProbe(`${todo5.apiUrl}/tasks?limit=5`, apiKey)
  const {exitCode, stderr} = await cli('secret', 'rotate', 'BETTER_AUTH_SECRET', '--target', 'oke')
  expect([exitCode, stderr.includes('Error')]).toEqual([0, false])
  const {sent, failed} = await probe.stop()
  probe = undefined
  console.log(`secret rotate: ${sent} requests, ${failed.length} failed`)
  expect(failed).toEqual([])
  const before = kept['chat-api']!['BETTER_AUTH_SECRET']!
  expect(await inVault('chat-api', 'BETTER_AUTH_SECRET')).not.toBe(before)
  expect(await externally()).toEqual(allInStep())
  const {exitCode: checked} = await cli('secret', 'check', '--target', 'oke')
  expect(checked).toBe(0)
})

test('what the vault loses is told, and todo5 keeps what it has', SLOW, async () => {
  await run('kubectl', ['delete', 'secret', `${PREFIX}audit-service`, `--namespace=${VAULT}`])
  await expect.poll(async () => (await externally())['audit-service']).toBe('kubernetes not_synced')
  await todo5.kubectl(['rollout', 'restart', 'deployment/audit-service'])
  await todo5.rolledOut('audit-service')
})
