/**
 * A machine with Docker, Minikube, kubectl and Helm that remember what was done (in `world.json` beside their folder), as
 * far as `up`, `status` and `down` of Minikube need it. Each refuses what the real one does not know, fails or hangs where
 * a test says so, and notes how it was called.
 */
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {TestMachine} from '../../toolchain/testing/test-machine.ts'

const AT = ['--namespace', '--context', '--request-timeout'] as const
const CLUSTER = ['--context', '--request-timeout'] as const
const HELM_AT = ['--namespace', '--kube-context'] as const

/** What `up`, `status` and `down` of Minikube give each program; `npm run test:cluster` compares with the real ones. */
export const UP_FLAGS = {
  docker: {info: ['--format'], 'image inspect': []},
  minikube: {
    version: ['--short'],
    status: ['--profile', '--output'],
    start: ['--profile', '--driver', '--cpus', '--memory', '--ports'],
    stop: ['--profile'],
    delete: ['--profile'],
    ip: ['--profile'],
    'image ls': ['--profile'],
    'image load': ['--profile'],
  },
  kubectl: {
    version: ['--client', '--output'],
    'get namespace': ['--ignore-not-found', '--output', ...CLUSTER],
    'create namespace': CLUSTER,
    'delete namespace': ['--ignore-not-found', '--wait', '--context'],
    'get secrets': ['--output', ...AT],
    'get configmap': ['--ignore-not-found', '--output', ...AT],
    'delete configmap': ['--ignore-not-found', ...AT],
    apply: ['--server-side', '--force-conflicts', '--field-manager', '--filename', ...AT],
    'get deployments,statefulsets': ['--output', ...AT],
    'get pods': ['--output', ...AT],
    'get configurations.dapr.io': ['--output', ...AT],
    'rollout status': ['--timeout', ...AT],
    exec: ['--container', '--namespace', '--context'],
    scale: ['--selector', '--replicas', ...AT],
    logs: [
      '--selector',
      '--container',
      '--tail',
      '--since-time',
      '--follow',
      '--max-log-requests',
      '--previous',
      ...AT,
    ],
    'delete secrets': ['--ignore-not-found', ...AT],
    'delete persistentvolumeclaims': ['--selector', ...AT],
  },
  helm: {
    version: ['--template'],
    status: [...HELM_AT, '--output'],
    history: [...HELM_AT, '--max', '--output'],
    'get values': [...HELM_AT, '--revision', '--all', '--output'],
    'show crds': ['--repo', '--version'],
    upgrade: [
      ...HELM_AT,
      '--install',
      '--values',
      '--set',
      '--set-string',
      '--set-file',
      '--wait',
      '--timeout',
      '--history-max',
      '--create-namespace',
      '--repo',
      '--version',
    ],
    uninstall: [...HELM_AT, '--ignore-not-found', '--wait', '--timeout'],
  },
} as const

export interface World {
  /** Profiles by name, and whether each runs. */
  profiles: Record<string, boolean>
  images: string[]
  namespaces: string[]
  /** Namespace and name of a Secret: its data as kubectl prints it. */
  secrets: Record<string, Record<string, string>>
  /** Namespace and name of a release: its image tag. */
  releases: Record<string, string>
  /** The same: its --set. */
  sets: Record<string, string[]>
  releaseState: string
  /** The ConfigMap of what is known of revisions. */
  notes: Record<string, string> | null
  kinds: boolean
  /** What `kubectl get pods` prints. */
  pods: unknown[]
  scaledDown: boolean
  key: string
  mtls: boolean
  cpus: number
  memory: number
  imageBuilt: boolean
  /** A call that begins so fails, or never ends. */
  fail: string | null
  hang: string | null
}

const EMPTY: World = {
  profiles: {},
  images: [],
  namespaces: ['default'],
  secrets: {},
  releases: {},
  sets: {},
  releaseState: 'deployed',
  notes: null,
  kinds: false,
  pods: [],
  scaledDown: false,
  key: 'todo5_test_key',
  mtls: true,
  cpus: 8,
  memory: 16 * 2 ** 30,
  imageBuilt: true,
  fail: null,
  hang: null,
}

const PROGRAM = String.raw`
const worldFile = path.join(path.dirname(__dirname), 'world.json')
const before = fs.readFileSync(worldFile, 'utf8')
const world = JSON.parse(before)
// Whoever only looks may do so beside one that changes something.
const save = () => {
  if (JSON.stringify(world) === before) return
  fs.writeFileSync(worldFile + process.pid, JSON.stringify(world))
  fs.renameSync(worldFile + process.pid, worldFile)
}
const print = (value) => process.stdout.write(typeof value === 'string' ? value + '\n' : JSON.stringify(value))
const end = (code, text) => { process.stderr.write(text + '\n'); process.exit(code) }
const at = argv.indexOf('--') < 0 ? argv : argv.slice(0, argv.indexOf('--'))
const flags = at.filter((word) => word.startsWith('--'))
const flag = (name) => flags.find((word) => word.startsWith(name + '='))?.slice(name.length + 1)
const words = at.filter((word) => !word.startsWith('--'))
const line = [NAME, ...argv].join(' ')
if (argv[0] === '--version') { print('Docker version 28.2.2, build e6534b4'); process.exit(0) }
log(line)
const command = Object.keys(FLAGS).find((name) => line.startsWith(NAME + ' ' + name))
const unknown = command === undefined ? argv : flags.map((word) => word.split('=')[0]).filter((name) => !FLAGS[command].includes(name))
if (unknown.length > 0) end(125, 'unknown: ' + unknown.join(' '))
const ns = flag('--namespace')
const profile = flag('--profile') ?? flag('--context') ?? flag('--kube-context') ?? at[at.indexOf('--profile') + 1]
if ((NAME === 'kubectl' || NAME === 'helm') && command !== 'version' && command !== 'show crds' && !world.profiles[profile])
  end(1, 'error: context "' + profile + '" does not exist')
const DEPLOYMENTS = {
  'dapr-system': ['dapr-operator', 'dapr-sentry', 'dapr-sidecar-injector'],
  todo5: ['task-service', 'recurring-task-service', 'notification-service', 'audit-service', 'chat-api'],
  'todo5-platform': ['postgresql', 'kafka', 'mailbox'],
  'todo5-monitoring': ['prometheus', 'zipkin'],
  prometheus: ['grafana', 'prometheus-operator'],
}
const workload = (kind, image) => (name) => ({
  kind, metadata: {name},
  spec: {replicas: world.scaledDown ? 0 : 1, template: {spec: {containers: [{name, image}]}}},
  status: world.scaledDown ? {} : {readyReplicas: 1, updatedReplicas: 1},
})
const read = () => { const text = fs.readFileSync(0, 'utf8'); return text }
const done = {
  docker: {
    info: () => print({NCPU: world.cpus, MemTotal: world.memory}),
    'image inspect': () => world.imageBuilt ? print([]) : end(1, 'No such image'),
  },
  minikube: {
    version: () => print('v1.38.1'),
    status: () => {
      if (!(profile in world.profiles)) end(85, 'Profile not found')
      const state = world.profiles[profile] ? 'Running' : 'Stopped'
      print({Host: state, Kubelet: state, APIServer: state, Kubeconfig: 'Configured'})
    },
    start: () => { world.profiles[profile] = true },
    stop: () => { world.profiles[profile] = false },
    delete: () => {
      delete world.profiles[profile]
      Object.assign(world, {images: [], namespaces: ['default'], secrets: {}, releases: {}, sets: {}, notes: null, kinds: false})
    },
    ip: () => print('192.168.49.2'),
    'image ls': () => print(world.images.map((name) => 'docker.io/library/' + name).join('\n')),
    'image load': () => { world.images.push(words[2]) },
  },
  kubectl: {
    version: () => print({clientVersion: {gitVersion: 'v1.35.1'}}),
    'get namespace': () => world.namespaces.includes(words[2]) && print('namespace/' + words[2]),
    'create namespace': () => { world.namespaces.push(words[2]) },
    'delete namespace': () => {
      world.namespaces = world.namespaces.filter((name) => name !== words[2])
      if (words[2] !== 'todo5-monitoring') world.notes = null
      for (const key of Object.keys(world.secrets)) if (key.startsWith(words[2] + '/')) delete world.secrets[key]
    },
    'get secrets': () => print({items: Object.entries(world.secrets).filter(([key]) => key.startsWith(ns + '/'))
      .map(([key, data]) => ({metadata: {name: key.split('/')[1]}, data}))}),
    'get configmap': () => world.notes && print({data: world.notes}),
    'delete configmap': () => { world.notes = null },
    apply: () => {
      if (flag('--filename') !== '-') { world.notes = JSON.parse(fs.readFileSync(flag('--filename'), 'utf8')).data; return }
      const text = read()
      if (flags.includes('--server-side')) { world.kinds = text.includes('kind: CustomResourceDefinition'); return }
      for (const {metadata, stringData} of JSON.parse(text).items)
        world.secrets[metadata.namespace + '/' + metadata.name] = Object.fromEntries(Object.entries(stringData)
          .map(([name, value]) => [name, Buffer.from(value).toString('base64')]))
    },
    'get deployments,statefulsets': () => print({items: Object.keys(world.releases)
      .filter((key) => key.startsWith(ns + '/')).flatMap((key) => {
        const release = key.split('/')[1]
        const tag = world.releases[key]
        if (release === 'dapr') return DEPLOYMENTS['dapr-system'].map(workload('Deployment', 'ghcr.io/dapr/operator:' + tag))
        return DEPLOYMENTS[release].map(workload(release === 'todo5' ? 'Deployment' : 'StatefulSet', 'todo5:' + tag))
      })}),
    'get pods': () => print({items: world.pods}),
    'get configurations.dapr.io': () => print({spec: {mtls: {enabled: world.mtls}}}),
    'rollout status': () => print('successfully rolled out'),
    exec: () => print(world.key),
    scale: () => { world.scaledDown = true },
    logs: () => print('{"timestamp":"2026-11-22T10:00:00.000Z","level":"INFO","service":"task-service","user_id":null,"event_id":null,"message":"hello"}'),
    'delete secrets': () => { for (const name of words.slice(2)) delete world.secrets[ns + '/' + name] },
    'delete persistentvolumeclaims': () => {},
  },
  helm: {
    version: () => print('v3.20.2'),
    status: () => {
      if (!(ns + '/' + words[1] in world.releases)) end(1, 'Error: release: not found')
      print({version: 1, info: {status: world.releaseState, last_deployed: '2026-11-22T10:00:00Z', description: ''}})
    },
    history: () => print([{revision: 1, updated: '2026-11-22T10:00:00Z', status: world.releaseState, chart: 'todo5-0.1.0', app_version: '0.1.0', description: 'Install complete'}]),
    'get values': () => {
      const key = ns + '/' + words[2]
      const sets = Object.fromEntries((world.sets[key] ?? []).map((pair) => [pair.split('=')[0], pair.slice(pair.indexOf('=') + 1)]))
      print({
        image: {repository: 'todo5', tag: world.releases[key], digest: ''},
        tracing: {zipkinEndpoint: sets['tracing.zipkinEndpoint'] ?? ''},
        monitoring: {enabled: sets['monitoring.enabled'] === 'true'},
      })
    },
    'show crds': () => print('kind: CustomResourceDefinition'),
    upgrade: () => {
      for (const word of flags.filter((one) => one.startsWith('--values='))) fs.readFileSync(word.slice(9))
      const tag = flag('--set-string')?.split('=')[1].split(':').at(-1) ?? '1.18.5'
      world.releases[ns + '/' + words[1]] = tag
      world.sets[ns + '/' + words[1]] = flags.filter((one) => one.startsWith('--set=')).map((one) => one.slice(6))
      world.scaledDown = false
      if (flags.includes('--create-namespace') && !world.namespaces.includes(ns)) world.namespaces.push(ns)
    },
    uninstall: () => { delete world.releases[ns + '/' + words[1]] },
  },
}
if (world.hang !== null && line.startsWith(world.hang)) {
  fs.writeFileSync(path.join(path.dirname(__dirname), 'hangs'), line)
  setInterval(() => {}, 1000)
} else if (world.fail !== null && line.startsWith(world.fail)) end(1, 'Error: it was told to fail')
else { done[NAME][command](); save() }
`

/** The programs, in the PATH of the machine; `change` says what is there already. */
export class MinikubeWorld {
  readonly #machine: TestMachine

  private constructor(machine: TestMachine) {
    this.#machine = machine
  }

  static async make(machine: TestMachine, change: Partial<World> = {}): Promise<MinikubeWorld> {
    const world = new MinikubeWorld(machine)
    await writeFile(world.#file, JSON.stringify({...EMPTY, ...change}))
    for (const [name, flags] of Object.entries(UP_FLAGS)) {
      const head = `const NAME = ${JSON.stringify(name)}; const FLAGS = ${JSON.stringify(flags)}`
      await machine.program(name, `${head}\n${PROGRAM}`)
    }
    return world
  }

  get #file(): string {
    return join(this.#machine.root, 'world.json')
  }

  async read(): Promise<World> {
    return JSON.parse(await readFile(this.#file, 'utf8')) as World
  }

  async change(change: Partial<World>): Promise<void> {
    await writeFile(this.#file, JSON.stringify({...(await this.read()), ...change}))
  }

  /** The call that hangs, once one does. */
  async hangs(): Promise<string | undefined> {
    try {
      return await readFile(join(this.#machine.root, 'hangs'), 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  /** The calls so far that change something, without those that only look. */
  async changes(): Promise<string[]> {
    const looks =
      /^(docker|minikube (version|status|ip|image ls)|kubectl (version|get|rollout|logs|exec)|helm (version|status|history|get|show))/u
    return (await this.#machine.log()).split('\n').filter((line) => line !== '' && !looks.test(line))
  }
}
