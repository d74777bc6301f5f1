import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {strictCluster} from '../../../tools/fake/programs.ts'
import type {TestMachine} from '../../../toolchain/testing/test-machine.ts'

/** How a command ends: `killed` by SIGKILL, `hang` until it is interrupted. */
export type Ending = 'ok' | 'fail' | 'hang' | 'killed' | 'refuse'

export interface FakeRevision {
  revision: number
  updated: string
  status: string
  description: string
  image: string
}

export interface FakeState {
  revisions: FakeRevision[]
  /** The notes, by revision; null: there is no ConfigMap. */
  notes: Record<string, string> | null
  /** Of each revision that is made from now on, in order; `ok` after that. */
  endings: Ending[]
  /** What `kubectl get pods` lists while a revision is the last one, by revision. */
  pods: Record<string, object[]>
  /** Revisions of which a Deployment is not rolled out, and those whose edge does not answer. */
  stuck: number[]
  silent: number[]
  /** Where a forwarded port leads; undefined: nowhere. */
  api?: {port: number; key: string}
  /** What the pod that asks the database says, by the image that it is of. */
  schema: Record<string, object | string>
  /** What `kubectl logs` says of pods. */
  logs: Record<string, string>
  /** Every command fails, as when the cluster is away. */
  away: boolean
  asked: string
}

const EMPTY: FakeState = {
  revisions: [],
  notes: null,
  endings: [],
  pods: {},
  stuck: [],
  silent: [],
  schema: {},
  logs: {},
  away: false,
  asked: '',
}

/** A helm and a kubectl that share a small cluster, kept in a file: what one does the other sees. */
export class FakeCluster {
  readonly #file: string

  private constructor(file: string) {
    this.#file = file
  }

  static async on(machine: TestMachine, state: Partial<FakeState> = {}): Promise<FakeCluster> {
    const file = join(machine.root, 'cluster.json')
    await writeFile(file, JSON.stringify({...EMPTY, ...state}))
    await machine.program('helm', strictCluster('helm', head(file) + HELM_BODY))
    await machine.program('kubectl', strictCluster('kubectl', head(file) + KUBECTL_BODY))
    return new FakeCluster(file)
  }

  async state(): Promise<FakeState> {
    return JSON.parse(await readFile(this.#file, 'utf8')) as FakeState
  }

  async change(change: (state: FakeState) => void): Promise<void> {
    const state = await this.state()
    change(state)
    await writeFile(this.#file, JSON.stringify(state))
  }
}

const head = (file: string): string => `
const file = ${JSON.stringify(file)}
const state = JSON.parse(fs.readFileSync(file, 'utf8'))
// Two programs may write at once: whoever reads sees one or the other.
const save = () => { fs.writeFileSync(file + process.pid, JSON.stringify(state)); fs.renameSync(file + process.pid, file) }
const value = (name) => argv.find((word) => word.startsWith('--' + name + '='))?.slice(name.length + 3)
const end = (stderr, code = 1) => { process.stderr.write(stderr + '\\n'); process.exit(code) }
if (state.away) end('Error: Kubernetes cluster unreachable: dial tcp 127.0.0.1:8443: connect: connection refused')
const last = state.revisions.at(-1)
const manifest = (image) => '---\\nkind: Deployment\\nmetadata: {name: chat-api}\\nspec:\\n  template:\\n    spec:\\n      containers:\\n        - name: chat-api\\n          image: ' + image + '\\n'
`

const HELM_BODY = `
const at = (revision) => state.revisions.find((one) => String(one.revision) === revision) ?? last
const tag = argv.find((word) => word.startsWith('--set-string=image.tag='))?.slice('--set-string=image.tag='.length)
const make = (image, pending, description) => {
  const ending = state.endings.shift() ?? 'ok'
  if (ending === 'refuse') { save(); end('Error: UPGRADE FAILED: values do not meet the specifications of the schema') }
  const made = {revision: (last?.revision ?? 0) + 1, updated: new Date().toISOString(), status: pending, description: 'Preparing', image}
  state.revisions.push(made)
  save()
  const fail = (why) => {
    const now = JSON.parse(fs.readFileSync(file, 'utf8'))
    Object.assign(now.revisions.at(-1), {status: 'failed', description: why})
    fs.writeFileSync(file, JSON.stringify(now))
    end('Error: ' + why)
  }
  if (ending === 'killed') process.kill(process.pid, 'SIGKILL')
  else if (ending === 'fail') fail('UPGRADE FAILED: context deadline exceeded')
  else if (ending === 'hang') { process.on('SIGINT', () => fail('UPGRADE FAILED: context canceled')); setInterval(() => {}, 1000) }
  else {
    for (const one of state.revisions) if (one.status === 'deployed') one.status = 'superseded'
    Object.assign(made, {status: 'deployed', description})
    save()
  }
}
if (command === 'upgrade') {
  if (last?.status.startsWith('pending-')) end('Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress')
  const image = tag === undefined ? (last?.image ?? 'todo5:0.1.0') : 'todo5:' + tag
  if (value('dry-run') !== undefined) process.stdout.write(JSON.stringify({manifest: manifest(image)}))
  else make(image, last === undefined ? 'pending-install' : 'pending-upgrade', last === undefined ? 'Install complete' : 'Upgrade complete')
} else if (command === 'rollback') make(at(argv[2]).image, 'pending-rollback', 'Rollback to ' + argv[2])
else if (last === undefined) end('Error: release: not found')
else if (command === 'history') process.stdout.write(JSON.stringify(state.revisions.map(({image, ...one}) => ({...one, chart: 'todo5-0.1.0', app_version: '0.1.0'}))))
else if (command === 'get manifest') process.stdout.write(manifest(at(value('revision')).image))
else if (command === 'get hooks') process.stdout.write(JSON.stringify({
  kind: 'Job', metadata: {name: 'migrate'},
  spec: {template: {metadata: {labels: {a: 'b'}}, spec: {containers: [
    {name: 'migrate', image: at(value('revision')).image, env: [{name: 'DATABASE_URL', valueFrom: {secretKeyRef: {name: 'migrate', key: 'DATABASE_URL'}}}]},
  ]}}},
}))
`

const KUBECTL_BODY = `
const print = (object) => process.stdout.write(JSON.stringify(object))
if (command === 'get configmap') { if (state.notes !== null) print({data: state.notes}) }
else if (command === 'apply') {
  const object = JSON.parse(fs.readFileSync(value('filename'), 'utf8'))
  if (object.kind === 'ConfigMap') state.notes = object.data
  else state.asked = object.spec.containers[0].image
  save()
} else if (command === 'get pods') print({items: state.pods[String(last?.revision ?? 0)] ?? []})
else if (command === 'get pod') print({status: {phase: 'Succeeded'}})
else if (command === 'logs') {
  if (argv[1].startsWith('schema-check-')) {
    const said = state.schema[state.asked] ?? {todo5_version: '0.1.0', conflict: null}
    process.stdout.write(typeof said === 'string' ? said : JSON.stringify(said))
  } else process.stdout.write(state.logs[argv[1]] ?? '')
} else if (command === 'delete secret') { state.revisions.pop(); save() }
else if (command === 'rollout status') {
  if (state.stuck.includes(last.revision)) end('error: timed out waiting for the condition')
} else if (command === 'exec') process.stdout.write(state.api.key + '\\n')
else if (command === 'port-forward') {
  if (!state.api) end('error: unable to forward port because pod is not running. Current status=Pending')
  process.stdout.write('Forwarding from 127.0.0.1:' + state.api.port + ' -> 8080\\n')
  setInterval(() => {}, 1000)
} else if (command === 'get --raw') {
  if (state.silent.includes(last.revision)) end('Error from server (ServiceUnavailable): no endpoints available for service "chat-api"')
}
`

/** A pod whose container waits for this reason. */
export const waitingPod = (name: string, reason: string, over: object = {}): object => ({
  metadata: {name: `${name}-1`, labels: {'app.kubernetes.io/name': name}},
  spec: {containers: [{name, image: 'todo5:9.9.9'}]},
  status: {phase: 'Pending', containerStatuses: [{name, state: {waiting: {reason}}, ...over}]},
})

/** Notes of revisions that were good, as todo5 writes them. */
export function goodNotes(revisions: readonly FakeRevision[]): Record<string, string> {
  return Object.fromEntries(
    revisions.map(({revision, updated, image}) => [
      String(revision),
      JSON.stringify({
        image,
        begun_at: updated,
        by: {person: 'ann', host: 'elsewhere', process: 7},
        updated_at: updated,
        verified_at: updated,
        failure: null,
      }),
    ]),
  )
}

/** Revisions that were deployed one after the other, a minute apart; the last one is there now. */
export const deployed = (...images: readonly string[]): FakeRevision[] =>
  images.map((image, index) => ({
    revision: index + 1,
    updated: new Date(Date.UTC(2026, 10, 20, 8, index)).toISOString(),
    status: index === images.length - 1 ? 'deployed' : 'superseded',
    description: index === 0 ? 'Install complete' : 'Upgrade complete',
    image,
  }))
