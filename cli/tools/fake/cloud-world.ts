/**
 * Terraform and the programs of three clouds, as far as `deploy`, `status` and `destroy` of a cloud need them, beside the helm
 * and kubectl of a FakeCluster. They refuse flags that the real ones do not have (`npm run test:terraform` and `test:cluster`
 * compare), keep what was applied in a file, and fail or hang where a test says so.
 */
import {readFile, rename, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {TestMachine} from '../../toolchain/testing/test-machine.ts'

/** What todo5 gives Terraform after -chdir, by command. */
export const TERRAFORM_FLAGS = {
  init: ['-input', '-no-color', '-lock-timeout', '-reconfigure'],
  plan: ['-destroy', '-input', '-no-color', '-lock-timeout', '-var-file', '-var', '-out'],
  show: ['-json', '-no-color'],
  apply: ['-input', '-no-color', '-lock-timeout'],
  output: ['-json', '-no-color'],
} as const

const AT = ['--namespace', '--context', '--request-timeout'] as const
const HELM_AT = ['--namespace', '--kube-context'] as const
const OUTSIDE = [
  ...HELM_AT,
  '--install',
  '--values',
  '--set',
  '--set-string',
  '--wait',
  '--timeout',
  '--history-max',
  '--create-namespace',
  '--repo',
  '--version',
] as const

/** What only clusters in a cloud get. */
export const CLOUD_FLAGS = {
  kubectl: {
    'get storageclass': ['--ignore-not-found', '--output', '--context', '--request-timeout'],
    'get configurations.dapr.io': ['--output', ...AT],
    'get namespace': ['--ignore-not-found', '--output', '--context', '--request-timeout'],
    'get services': ['--all-namespaces', '--output', '--context', '--request-timeout'],
    'get deployments,statefulsets': ['--output', ...AT],
    'create namespace': ['--context', '--request-timeout'],
    apply: ['--server-side', '--force-conflicts', '--field-manager', '--filename', ...AT],
    'get podtemplate': ['--ignore-not-found', '--output', ...AT],
    'get job': ['--output', ...AT],
    'logs job/': ['--tail', ...AT],
    'delete job/': ['--ignore-not-found', '--wait', ...AT],
    'create --filename': ['--filename', '--output', ...AT],
    wait: ['--all', '--for', '--timeout', '--namespace', '--context'],
    'delete service': ['--ignore-not-found', '--wait', '--namespace', '--context'],
    'delete namespace': ['--ignore-not-found', '--wait', '--context'],
  },
  helm: {
    version: ['--template'],
    upgrade: OUTSIDE,
    'show crds': ['--repo', '--version'],
    status: [...HELM_AT, '--output'],
    template: ['--namespace', '--show-only', '--values', '--set', '--set-string'],
    uninstall: [...HELM_AT, '--ignore-not-found', '--wait', '--timeout'],
  },
} as const

/** What one major version of helm has of `upgrade`, and the other does not, or only with a warning. */
export const WAY_BACK = {3: ['--atomic'], 4: ['--rollback-on-failure']} as const

export interface CloudState {
  /** Resources that are there, such as oci_core_vcn.this. */
  resources: string[]
  /** What the next plans do, by address; what is not named is made when it is missing. */
  planned: Record<string, string[]>
  /** The commands that fail, with what they say; `hang`: until they are interrupted. By their first word or two. */
  failing: Record<string, string>
  /** Whether somebody is signed in. */
  signedIn: boolean
  /** Services of type LoadBalancer, namespace/name. */
  loadBalancers: string[]
  /** Of each service that the chart renders. */
  replicas: number
  /** Which helm there is. */
  helm: string
  /** Whether Dapr's mTLS is on. */
  mtls: boolean
  /** Whether the chart there has the Job verify, and what comes of it. */
  hasJob: boolean
  verified: boolean
}

const EMPTY: CloudState = {
  resources: [],
  planned: {},
  failing: {},
  signedIn: true,
  loadBalancers: [],
  replicas: 1,
  helm: 'v3.20.2',
  mtls: true,
  hasJob: true,
  verified: true,
}

const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  oke: [
    'oci_core_vcn.this',
    'oci_containerengine_cluster.this',
    'oci_containerengine_node_pool.this',
    'oci_kms_vault.this',
  ],
  aks: ['azurerm_resource_group.this', 'azurerm_kubernetes_cluster.this', 'azurerm_key_vault.this'],
  gke: ['google_compute_network.this', 'google_container_cluster.this', 'google_container_node_pool.this'],
}

/** What Terraform says that the vault is called. */
export const VAULTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  oke: {
    vault: 'ocid1.vault.x',
    key: 'ocid1.key.x',
    compartment: 'c',
    region: 'eu-frankfurt-1',
    principalType: 'InstancePrincipal',
  },
  aks: {vaultUrl: 'https://v.vault.azure.net/', tenantId: 't', clientId: 'c'},
  gke: {projectID: 'p', serviceAccount: 's@p.iam.gserviceaccount.com', prefix: 'todo5-production-'},
}

/** Which programs of a cloud there are; each notes that it was called. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  oke: ['oci'],
  aks: ['az', 'kubelogin'],
  gke: ['gcloud', 'gke-gcloud-auth-plugin'],
}

export class CloudWorld {
  readonly #file: string

  private constructor(file: string) {
    this.#file = file
  }

  /** Around the helm and the kubectl of a FakeCluster, which do what todo5 asks of any cluster. */
  static async on(machine: TestMachine, target: string, state: Partial<CloudState> = {}): Promise<CloudWorld> {
    const world = new CloudWorld(worldFile(machine))
    await writeFile(world.#file, JSON.stringify({...EMPTY, ...state}))
    await machine.program('terraform', head(world.#file) + terraformBody(target))
    for (const program of PROGRAMS[target]!) {
      await machine.program(
        program,
        `${head(world.#file)}
log(['${program}', ...argv].join(' '))
if (!state.signedIn) end('no credentials were found')`,
      )
    }
    for (const name of ['helm', 'kubectl'] as const) {
      const inside = join(machine.root, `inside-${name}`)
      await rename(join(machine.bin, name), inside)
      await machine.program(
        name,
        head(world.#file) + clusterBody(name, inside) + {helm: HELM_BODY, kubectl: KUBECTL_BODY}[name],
      )
    }
    return world
  }

  async state(): Promise<CloudState> {
    return JSON.parse(await readFile(this.#file, 'utf8')) as CloudState
  }

  async change(change: (state: CloudState) => void): Promise<void> {
    const state = await this.state()
    change(state)
    await writeFile(this.#file, JSON.stringify(state))
  }
}

export const worldFile = (machine: TestMachine): string => join(machine.root, 'cloud.json')

const head = (file: string): string => `
const file = ${JSON.stringify(file)}
const state = JSON.parse(fs.readFileSync(file, 'utf8'))
const save = () => fs.writeFileSync(file, JSON.stringify(state))
const end = (stderr, code = 1) => { process.stderr.write(stderr + '\\n'); process.exit(code) }
`

const terraformBody = (target: string): string => `
const flags = ${JSON.stringify(TERRAFORM_FLAGS)}
const all = ${JSON.stringify(RESOURCES[target])}
const [chdir, command, ...rest] = argv
log(['terraform', ...argv].join(' '))
if (!chdir.startsWith('-chdir=') || !(command in flags)) end('unknown: ' + argv.join(' '), 125)
const unknown = rest.filter((word) => word.startsWith('-')).map((word) => word.split('=')[0]).filter((word) => !flags[command].includes(word))
if (unknown.length > 0) end('unknown: ' + unknown.join(' '), 125)
const files = fs.readdirSync(chdir.slice('-chdir='.length))
if (!files.includes('versions.tf') || !files.includes('backend.tf')) end('no module')
const value = (name) => rest.find((word) => word.startsWith('-' + name + '='))?.slice(name.length + 2)
const work = () => {
  if (command === 'plan') {
    if (!fs.existsSync(value('var-file'))) end('Error: Failed to read variables file')
    const changes = rest.includes('-destroy')
      ? state.resources.map((address) => [address, ['delete']])
      : all.map((address) => [address, state.planned[address] ?? (state.resources.includes(address) ? ['no-op'] : ['create'])])
    fs.writeFileSync(value('out'), JSON.stringify(changes))
  } else if (command === 'show') {
    const changes = JSON.parse(fs.readFileSync(rest.at(-1), 'utf8'))
    process.stdout.write(JSON.stringify({
      format_version: '1.2',
      resource_changes: changes.map(([address, actions]) => ({address, mode: 'managed', type: address.split('.')[0], change: {actions}})),
      output_changes: {},
    }))
  } else if (command === 'apply') {
    const there = new Set(state.resources)
    for (const [address, actions] of JSON.parse(fs.readFileSync(rest.at(-1), 'utf8'))) {
      console.log(address + ': ' + actions.join(' '))
      if (actions.includes('create')) there.add(address)
      else if (actions.includes('delete')) there.delete(address)
    }
    state.resources = [...there]
    state.planned = {}
    save()
  } else if (command === 'output') {
    const config = 'apiVersion: v1\\nkind: Config\\ncurrent-context: c1\\nclusters: [{name: k, cluster: {server: "https://192.0.2.1:6443"}}]\\nusers: [{name: u, user: {}}]\\ncontexts: [{name: c1, context: {cluster: k, user: u}}]\\n'
    const made = {kubeconfig: config, endpoint: 'https://192.0.2.7', image_repository: 'registry.example/todo5', vault: ${JSON.stringify(VAULTS[target])}}
    const values = state.resources.length === 0 ? {} : made
    process.stdout.write(JSON.stringify(Object.fromEntries(Object.entries(values).map(([name, value]) => [name, {sensitive: false, value}]))))
  }
}
const failure = state.failing[command]
if (failure === 'hang') {
  // As the real one: it gives back its lock after the first interruption, and says so.
  let interrupts = 0
  process.on('SIGINT', () => {
    interrupts += 1
    setTimeout(() => { log('terraform interrupted ' + interrupts + ' time(s), lock released'); process.exit(1) }, 300)
  })
  process.stdout.write('hanging\\n')
  log('terraform hangs')
  setInterval(() => {}, 1000)
} else if (failure !== undefined) end(failure)
else work()
`

/** What is for any cluster the fake of any cluster does. */
const clusterBody = (name: 'helm' | 'kubectl', inside: string): string => `
const flags = ${JSON.stringify(CLOUD_FLAGS[name])}
const line = '${name} ' + argv.join(' ')
const command = Object.keys(flags).find((words) => (argv.join(' ') + ' ').startsWith(/[a-z]$/.test(words) && !words.includes('--') ? words + ' ' : words))
const isOwn = command !== undefined && !(command === 'upgrade' && argv[2] === 'todo5') && !(command === 'apply' && /[.]json/.test(line))
const failure = Object.entries(state.failing).find(([words]) => line.startsWith(words))?.[1]
if (/--(kube-)?context=/.test(line) && !fs.readFileSync(process.env.KUBECONFIG ?? '/nowhere', 'utf8').includes('name: ' + /context=([^ ]+)/.exec(line)[1])) end('error: the context is not in the kubeconfig')
if (failure === 'hang') { log(line); log('${name} hangs'); setInterval(() => {}, 1000) }
else if (failure !== undefined) { log(line); end(failure) }
else if (!isOwn) require(${JSON.stringify(inside)})
else {
  // Which helm it is asks nobody but itself.
  if (command !== 'version') log(line)
  const given = argv.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0])
  const known = [...flags[command], ...(line.startsWith('helm upgrade ') ? ${JSON.stringify(WAY_BACK)}[/^v3/.test(state.helm) ? 3 : 4] : [])]
  const unknown = given.filter((word) => !known.includes(word))
  if (unknown.length > 0) end('unknown: ' + unknown.join(' '), 125)
  own()
}
`

const HELM_BODY = `
function own() {
  for (const word of argv) if (word.startsWith('--values=') && !fs.existsSync(word.slice(9))) end('Error: open ' + word.slice(9) + ': no such file')
  const releases = path.join(path.dirname(file), 'cluster.json')
  const inside = JSON.parse(fs.readFileSync(releases, 'utf8'))
  if (command === 'uninstall' && argv[1] === 'todo5') fs.writeFileSync(releases, JSON.stringify({...inside, revisions: []}))
  if (command === 'status') {
    const last = inside.revisions.at(-1)
    if (last === undefined) end('Error: release: not found')
    process.stdout.write(JSON.stringify({version: last.revision, info: {status: last.status, last_deployed: last.updated}}))
  }
  if (command === 'version') process.stdout.write(state.helm)
  if (command === 'show crds') process.stdout.write('---\\nkind: CustomResourceDefinition\\n')
  if (command !== 'template') return
  if (argv.includes('--show-only=templates/operate.yaml')) {
    process.stdout.write(JSON.stringify({
      apiVersion: 'v1', kind: 'PodTemplate', metadata: {name: 'operate-stream'},
      template: {metadata: {labels: {a: 'b'}}, spec: {restartPolicy: 'Never', containers: [{name: 'todo5', image: 'todo5:1', command: ['sh', '-c'], args: ['wait']}]}},
    }))
    return
  }
  const requests = {cpu: '50m', memory: '160Mi'}
  const one = (name) => JSON.stringify({
    kind: 'Deployment', metadata: {name},
    spec: {replicas: state.replicas, template: {metadata: {annotations: {'dapr.io/enabled': 'true', 'dapr.io/sidecar-cpu-request': '25m', 'dapr.io/sidecar-memory-request': '64Mi'}}, spec: {containers: [{name, resources: {requests}}]}}},
  })
  process.stdout.write(['task-service', 'chat-api'].map((name) => '---\\n' + one(name) + '\\n').join(''))
}
`

const KUBECTL_BODY = `
function own() {
  const print = (object) => process.stdout.write(JSON.stringify(object))
  if (command === 'get configurations.dapr.io') print({spec: {mtls: {enabled: state.mtls}}})
  else if (command === 'get services') print({items: state.loadBalancers.map((text) => {
    const [namespace, name] = text.split('/')
    return {metadata: {namespace, name}, spec: {type: 'LoadBalancer'}}
  })})
  else if (command === 'get podtemplate') {
    if (state.hasJob) print({template: {metadata: {}, spec: {containers: [{name: 'verify', env: [{name: 'TODO5_API_KEY'}]}]}}})
  } else if (command === 'get job') print({status: {succeeded: 1}})
  else if (command === 'logs job/') {
    print(state.verified ? {verified: ['added'], reminder_seconds: 1, next_seconds: 1, warnings: []} : {error: {code: 'x', message: 'No next occurrence came within 60 s.', hints: []}})
  }
  else if (command === 'delete service') { state.loadBalancers = state.loadBalancers.filter((text) => !text.endsWith('/' + argv[2])); save() }
  else if (command === 'get deployments,statefulsets') print({items: [{
    kind: 'Deployment', metadata: {name: 'chat-api'},
    spec: {replicas: 1, template: {spec: {containers: [{name: 'chat-api', image: 'todo5:1.5.0'}]}}},
    status: {readyReplicas: 1, updatedReplicas: 1},
  }]})
}
`
