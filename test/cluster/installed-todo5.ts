import {type ChildProcess, spawn} from 'node:child_process'
import {randomBytes} from 'node:crypto'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {execa} from 'execa'
import {stringify} from 'yaml'
import {helmValues} from '../../cli/operations/helm-values.ts'
import {renderDapr} from '../../cli/operations/render-dapr.ts'
import {eventually} from '../support/eventually.ts'
import {SERVICE_NAMES, type ServiceName} from '../../services/contracts/service-names.ts'

const ROOT = join(import.meta.dirname, '../..')
/** On two busy cores. */
const ROLLED_OUT_WITHIN = '15m'

/** Of the cluster in which all of this happens; without it, the one that kubectl is at. */
export const CONTEXT =
  process.env['TODO5_KUBE_CONTEXT'] ?? (await execa('kubectl', ['config', 'current-context'])).stdout.trim()

/** Keys and values of each. */
export type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>

export async function makeSecrets(namespace: string, secrets: Secrets): Promise<void> {
  const items = Object.entries(secrets).map(([name, stringData]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {name},
    stringData,
  }))
  const list = JSON.stringify({apiVersion: 'v1', kind: 'List', items})
  await run('kubectl', ['--namespace', namespace, 'apply', '--filename=-'], list)
}

/** A command with its input; what it prints. Its error has what it said. */
export async function run(program: string, args: readonly string[], input = ''): Promise<string> {
  return (await execa(program, args, {input})).stdout
}

/** Asks for next to nothing, so that thirteen pods of a consumer find room on two processors. */
export const MODEST = {requests: {cpu: '5m', memory: '64Mi'}}
const MODEST_PLATFORM = ['postgresql', 'kafka', 'mailbox'].map((name) => `--set=${name}.resources.requests.cpu=5m`)

const secret = (): string => randomBytes(24).toString('hex')

/**
 * A todo5 of its own in the cluster of the kubeconfig, installed by the two charts as docs/kubernetes.md says, in a
 * namespace that is deleted with it. Beside it is one Service more, by which the machine reaches the Chat API on the node
 * without a program in between that ends with a pod.
 */
export class InstalledTodo5 {
  readonly namespace: string
  readonly #image: {readonly repository: string; readonly tag: string}
  readonly #folder: string
  readonly #databasePassword = secret()
  apiUrl = ''

  private constructor(namespace: string, image: string, folder: string) {
    this.namespace = namespace
    const at = image.lastIndexOf(':')
    this.#image = {repository: image.slice(0, at), tag: image.slice(at + 1)}
    this.#folder = folder
  }

  /**
   * All that a todo5 stands on, and nothing of itself. `image` is in the node already. `bring` brings its Secrets
   * there, in place of this.
   */
  static async prepare(
    image: string,
    bring?: (secrets: Secrets, namespace: string) => Promise<void>,
  ): Promise<InstalledTodo5> {
    const folder = await mkdtemp(join(tmpdir(), 'todo5-cluster-'))
    const todo5 = new InstalledTodo5(`todo5-test-${randomBytes(3).toString('hex')}`, image, folder)
    await run('kubectl', ['create', 'namespace', todo5.namespace])
    const {postgresql, ...secrets} = todo5.#secrets()
    await makeSecrets(todo5.namespace, {postgresql, ...(bring === undefined && secrets)})
    await bring?.(secrets, todo5.namespace)
    const platform = join(ROOT, 'charts/todo5-platform')
    await todo5.#helm(`${todo5.namespace}-platform`, platform, [`--set=mailbox.image=${image}`, ...MODEST_PLATFORM])
    return todo5
  }

  static async install(image: string): Promise<InstalledTodo5> {
    const todo5 = await InstalledTodo5.prepare(image)
    await writeFile(todo5.#daprFile, await todo5.#daprValues())
    await todo5.upgrade()
    await todo5.expose()
    return todo5
  }

  /** What the charts expect to be there. */
  #secrets(): Secrets & {postgresql: Secrets[string]} {
    const host = `postgresql.${this.namespace}.svc.cluster.local`
    const passwords = Object.fromEntries(SERVICE_NAMES.map((name) => [name, secret()]))
    const login = (name: ServiceName): string =>
      `postgres://${name.replaceAll('-', '_')}:${passwords[name]}@${host}:5432/todo5`
    const own: Partial<Record<ServiceName, Record<string, string>>> = {
      'notification-service': {SMTP_URL: 'smtp://mailbox:2525', PUSH_SECRET: secret()},
      'chat-api': {BETTER_AUTH_SECRET: secret()},
    }
    const services = SERVICE_NAMES.map((name) => [name, {DATABASE_URL: login(name), token: secret(), ...own[name]}])
    return {
      postgresql: {password: this.#databasePassword},
      migrate: {DATABASE_URL: `postgres://postgres:${this.#databasePassword}@${host}:5432/todo5`},
      'statestore-postgresql': {connectionString: login('chat-api')},
      ...(Object.fromEntries(services) as Secrets),
    }
  }

  /** Of its pods and those of no other todo5 in the cluster: the releases are named after the namespace. */
  get selector(): string {
    return `app.kubernetes.io/instance in (${this.namespace},${this.namespace}-platform)`
  }

  get #daprFile(): string {
    return join(this.#folder, 'dapr.yaml')
  }

  async #daprValues(): Promise<string> {
    const {namespace} = this
    const values = {brokers: `kafka.${namespace}.svc.cluster.local:9092`, zipkinEndpoint: ''}
    return helmValues(await renderDapr({target: 'minikube', namespace, values}))
  }

  /** The first installation as well; resolves when all of it is rolled out. `values` differ from the last time. */
  async upgrade(values: object = {}): Promise<void> {
    const file = join(this.#folder, 'values.yaml')
    const always = {
      image: this.#image,
      resources: {...MODEST, limits: {memory: '384Mi'}},
      dapr: {sidecar: {cpuRequest: '5m', memoryRequest: '64Mi'}},
      chat: {mailboxUrl: 'http://mailbox:3000', trustedProxyHops: 0},
      network: {smtp: {ports: [2525], podLabels: {'app.kubernetes.io/name': 'mailbox'}, cidrs: []}},
    }
    await writeFile(file, stringify({...always, ...values}))
    await this.#helm(this.namespace, join(ROOT, 'charts/todo5'), ['--values', this.#daprFile, '--values', file])
  }

  async #helm(release: string, chart: string, flags: readonly string[]): Promise<void> {
    const where = ['--namespace', this.namespace, '--wait', '--timeout', ROLLED_OUT_WITHIN]
    await run('helm', ['upgrade', '--install', release, chart, ...where, ...flags])
  }

  async kubectl(args: readonly string[], input = ''): Promise<string> {
    return await run('kubectl', ['--namespace', this.namespace, ...args], input)
  }

  /** From then on `apiUrl` leads to it. */
  async expose(): Promise<void> {
    const ports = [{port: 80, targetPort: 'public'}]
    const selector = {'app.kubernetes.io/name': 'chat-api'}
    const metadata = {name: 'chat-api-outside'}
    const service = {apiVersion: 'v1', kind: 'Service', metadata, spec: {type: 'NodePort', selector, ports}}
    await this.kubectl(['apply', '--filename=-'], JSON.stringify(service))
    const port = await this.kubectl(['get', 'service/chat-api-outside', '--output=jsonpath={.spec.ports[0].nodePort}'])
    const path = '--output=jsonpath={.items[0].status.addresses[?(@.type=="InternalIP")].address}'
    const address = await this.kubectl(['get', 'nodes', path])
    this.apiUrl = `http://${address}:${port}/api/v1`
    // The node learns of it a moment later.
    await eventually('the node leads to the Chat API', async () => (await fetch(new URL('/healthz', this.apiUrl))).ok)
  }

  /** Names of the pods of a service that nobody has asked to end. */
  async podsOf(service: string): Promise<string[]> {
    const label = `app.kubernetes.io/name=${service}`
    const found = JSON.parse(await this.kubectl(['get', 'pods', '--selector', label, '--output=json'])) as {
      items: {metadata: {name: string; deletionTimestamp?: string}}[]
    }
    return found.items.filter(({metadata}) => !metadata.deletionTimestamp).map(({metadata}) => metadata.name)
  }

  /** Ready, in the number that is wanted, and of the newest template. */
  async rolledOut(service: string): Promise<void> {
    await this.kubectl(['rollout', 'status', `deployment/${service}`, `--timeout=${ROLLED_OUT_WITHIN}`])
  }

  /** Work with the URL of the database, as its owner, for as long as it takes. */
  async withDatabaseUrl<T>(work: (url: string) => Promise<T>): Promise<T> {
    const line = ['--namespace', this.namespace, 'port-forward', 'service/postgresql', ':5432']
    const forward = spawn('kubectl', line, {stdio: ['ignore', 'pipe', 'inherit']})
    try {
      const port = await forwardedPort(forward)
      return await work(`postgres://postgres:${this.#databasePassword}@127.0.0.1:${port}/todo5`)
    } finally {
      forward.kill()
    }
  }

  async remove(): Promise<void> {
    await run('kubectl', ['delete', 'namespace', this.namespace, '--wait=false'])
    await rm(this.#folder, {recursive: true, force: true})
  }
}

async function forwardedPort(forward: ChildProcess): Promise<number> {
  for await (const line of createInterface({input: forward.stdout!})) {
    const found = /^Forwarding from 127\.0\.0\.1:(\d+)/u.exec(line)
    if (found) return Number(found[1])
  }
  throw new Error(`kubectl port-forward ended with ${forward.exitCode}`)
}
