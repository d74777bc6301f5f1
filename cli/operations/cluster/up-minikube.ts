import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {ProfileResponse} from '../../../services/contracts/account.ts'
import {DEFAULT_PORT} from '../../../services/contracts/local.ts'
import {readApiKey, writeCredential} from '../../client/credentials.ts'
import type {OpenHttp} from '../../client/http-client.ts'
import {selectContext} from '../../client/selection.ts'
import {TaskApi} from '../../client/task-api.ts'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import type {Paths} from '../../paths.ts'
import {BUNDLES} from '../../toolchain/program-table.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import {parseImage, valuesArgs} from '../../tools/helm.ts'
import {execArgs} from '../../tools/kubectl-cluster.ts'
import {imageName} from '../image/build-image.ts'
import {stepText} from '../program-steps.ts'
import {clusterCalls} from '../release/cluster-calls.ts'
import {noteGood} from '../release/going-back.ts'
import {helmPlace} from '../release/install-release.ts'
import type {Holder} from '../release/pending.ts'
import type {ClusterPlace} from './cluster-place.ts'
import {lookAtMinikube, type Machine, type MinikubeFacts, sizeOf} from './minikube-facts.ts'
import {type MinikubeNotes, readNotes, writeNotes} from './minikube-notes.ts'
import {clusterStage, insideStages, type MinikubePlan, NODE_PORT, verifyStage} from './minikube-stages.ts'
import {type Monitoring, USUAL_MONITORING} from './monitoring.ts'
import {runStages, type Stage, type StageEvent} from './stages.ts'
import {verifyTodo5} from './verify-todo5.ts'

export const CONTEXT = 'minikube'
export const WANTED: Machine = {cpus: 4, memoryMegabytes: 8192}

/** Of this machine. */
export interface Ports {
  isPortFree(port: number): Promise<boolean>
  /** One that was free a moment ago. */
  freePort(): Promise<number>
}

export interface UpMinikubeRequest {
  /** Its kubeContext is the profile. */
  readonly place: ClusterPlace
  readonly driver: string | undefined
  /** What a new profile is to have. */
  readonly wanted: Machine
  /** Of this machine, for a new profile; undefined: 8636, or another one. */
  readonly port: number | undefined
  /** Of Dapr: a folder or a packed chart. */
  readonly daprChart: string | undefined
  readonly values: readonly string[]
  readonly set: readonly string[]
  /** Undefined: what there is, or the usual. */
  readonly monitoring: Monitoring | undefined
  readonly root: string
  readonly version: string
  readonly typedAs: string
  readonly paths: Paths
  readonly http: OpenHttp
  readonly toolchain: Toolchain
  readonly ports: Ports
  readonly signal: AbortSignal
  readonly now: () => number
  /** Who brings it up. */
  readonly by: Holder
}

export interface MinikubeUp {
  readonly target: 'minikube'
  readonly already_running: boolean
  readonly took_seconds: number
  readonly version: string
  readonly profile: string
  readonly namespace: string
  readonly monitoring: Monitoring
  readonly api_url: string
  readonly stages: readonly {readonly stage: string; readonly took_seconds: number; readonly already: string | null}[]
}

/** The steps of `up minikube` as they would be now; what is already true is left out. */
export async function planUpMinikube(request: UpMinikubeRequest): Promise<string[]> {
  const {facts, plan} = await prepare(request, '/tmp/todo5-up-XXXXXX', undefined)
  const inside = [...insideStages(plan), verifyStage(plan, {keepKey: nothing, use: nothing, noteGood: nothing})]
  const stages = [clusterStage(plan), ...inside]
  const steps: string[] = []
  for (const stage of stages) {
    // Of a cluster that does not run nobody knows what is in it.
    if (facts.profile === 'running' && (await stage.alreadyDone?.(request.signal)) !== undefined) continue
    steps.push(...stage.steps.map(stepText))
  }
  return steps
}

const nothing = async (): Promise<void> => undefined

/**
 * Brings everything up in Minikube, or finds it running; every part that is there already is left as it is.
 * @throws CliError of a stage, with why its pods are not ready; `other_version` (exit 4) when another version runs there;
 * the reason of `signal`, after which a repetition goes on
 */
export async function upMinikube(
  request: UpMinikubeRequest,
  onEvent: (event: StageEvent) => void,
): Promise<MinikubeUp> {
  const {paths, toolchain, signal, version, place} = request
  const began = performance.now()
  const folder = await mkdtemp(join(tmpdir(), 'todo5-up-'))
  const done: MinikubeUp['stages'][number][] = []
  const hear = (event: StageEvent): void => {
    if (event.kind === 'done') done.push({stage: event.stage, took_seconds: event.seconds, already: event.already})
    onEvent(event)
  }
  const run = async (stages: readonly Stage[]): Promise<void> =>
    await runStages(stages, {toolchain, signal, onEvent: hear})
  try {
    onEvent({stage: 'checks', kind: 'begun'})
    const first = await prepare(request, folder, undefined)
    const checked = [first.facts.programs, ...(first.size === undefined ? [] : [first.size])].join('; ')
    onEvent({stage: 'checks', kind: 'done', seconds: (performance.now() - began) / 1000, already: checked})
    await writeNotes(paths.state, first.notes)
    await run([clusterStage(first.plan)])
    const {plan, notes, facts} = first.facts.profile === 'running' ? first : await prepare(request, folder, first)
    await writeNotes(paths.state, notes)
    await run(insideStages(plan))
    const changed = done.some(({already}) => already === null)
    const isNew = changed || notes.verified !== version
    const keepKey = async (during: AbortSignal): Promise<void> => await keepAccess(request, plan.url, during)
    const use = async (during: AbortSignal): Promise<void> => await useIt(request, plan.url, during)
    // The first deploy that fails comes back to it.
    const note = async (): Promise<void> =>
      await noteGood({...request, calls: clusterCalls(toolchain)}, imageName(version))
    await run([verifyStage(plan, {keepKey, ...(isNew && {use, noteGood: note})})])
    await writeNotes(paths.state, {...(await readNotes(paths.state))!, verified: version, url: plan.url})
    await selectContext(paths, CONTEXT)
    return {
      target: 'minikube',
      already_running: !changed && facts.release !== undefined,
      took_seconds: (performance.now() - began) / 1000,
      version,
      profile: place.kubeContext,
      namespace: place.namespace,
      monitoring: plan.monitoring,
      api_url: `${plan.url}/api/v1`,
      stages: done,
    }
  } finally {
    await rm(folder, {recursive: true, force: true})
  }
}

interface Prepared {
  readonly facts: MinikubeFacts
  readonly plan: MinikubePlan
  readonly notes: MinikubeNotes
  /** What a new cluster gets that is less than wanted. */
  readonly size: string | undefined
}

/** Looks, and says what is to be done. With `before`, once more after the cluster was started. */
async function prepare(request: UpMinikubeRequest, folder: string, before: Prepared | undefined): Promise<Prepared> {
  const {place, version, toolchain, signal, paths, wanted, driver, daprChart, root, values, set} = request
  const facts = await lookAtMinikube(place, version, toolchain, signal)
  await refuseOther(request, facts)
  const stored = await readNotes(paths.state)
  const kept = stored?.profile === place.kubeContext && stored.namespace === place.namespace ? stored : undefined
  if (stored !== undefined && kept === undefined && Object.values(stored.created).some(Boolean))
    throw elsewhere(stored, request.typedAs)
  const port = before?.notes.port ?? kept?.port ?? (facts.profile === 'none' ? await choosePort(request) : null)
  const url =
    port === null ? `http://${facts.nodeAddress ?? 'ADDRESS-OF-THE-NODE'}:${NODE_PORT}` : `http://127.0.0.1:${port}`
  const notes: MinikubeNotes = kept ?? {
    profile: place.kubeContext,
    namespace: place.namespace,
    created: {profile: false, dapr: false, namespace: false, monitoring: false},
    port,
    url: null,
    monitoring: null,
    verified: null,
  }
  const size = sizeOf(wanted, facts.machine)
  const plan: MinikubePlan = {
    place,
    facts,
    start: {
      profile: place.kubeContext,
      driver,
      cpus: size.cpus,
      memoryMegabytes: size.memoryMegabytes,
      port: port === null ? undefined : {here: port, node: NODE_PORT},
    },
    dapr: {path: daprChart, version: BUNDLES.dapr.release!},
    root,
    version,
    url,
    values,
    set,
    folder,
    toolchain,
    monitoring: request.monitoring ?? kept?.monitoring ?? USUAL_MONITORING,
    monitoringBefore: kept?.monitoring ?? null,
    noteMonitoring: async (monitoring) =>
      await writeNotes(paths.state, {...((await readNotes(paths.state)) ?? notes), monitoring}),
    noteCreated: async (what) => {
      const now = (await readNotes(paths.state)) ?? notes
      await writeNotes(paths.state, {...now, created: {...now.created, [what]: true}})
    },
  }
  return {facts, plan, notes: {...notes, port}, size: facts.profile === 'none' ? size.said : undefined}
}

async function choosePort({port, ports, typedAs}: UpMinikubeRequest): Promise<number> {
  if (port === undefined) return (await ports.isPortFree(DEFAULT_PORT)) ? DEFAULT_PORT : await ports.freePort()
  if (await ports.isPortFree(port)) return port
  throw new CliError(`Port ${port} is in use. Nothing was changed.`, {
    code: 'port_in_use',
    exit: EXIT.refused,
    hints: [`${typedAs} up minikube        takes a free port`],
  })
}

/** Whoever comes up never changes the version: that is for `deploy`, which can go back. */
async function refuseOther({place, version, toolchain, signal, typedAs}: UpMinikubeRequest, {release}: MinikubeFacts) {
  if (release === undefined || release.state === 'uninstalled') return
  if (release.state.startsWith('pending-') || release.state === 'uninstalling') {
    throw new CliError(`The release todo5 is ${release.state}: somebody is at it, or was killed.`, {
      code: 'release_pending',
      exit: EXIT.refused,
      hints: [
        `${typedAs} deploy minikube        says who holds it, and finishes it`,
        `helm uninstall todo5 --namespace=${place.namespace} --kube-context=${place.kubeContext}        removes one that was never there before; the data stay`,
      ],
    })
  }
  const {stdout} = await clusterCalls(toolchain).helm(valuesArgs(helmPlace(place)), {signal})
  const image = parseImage(stdout, version)
  if (image.endsWith(`:${version}`) || release.state === 'failed') return
  throw new CliError(`${image} is in ${place.kubeContext}, and this is todo5 ${version}. Nothing was changed.`, {
    code: 'other_version',
    exit: EXIT.refused,
    hints: [`${typedAs} deploy minikube        brings this version there, and goes back if it does not work`],
  })
}

const elsewhere = ({profile, namespace}: MinikubeNotes, typedAs: string): CliError =>
  new CliError(
    `todo5 has made things in the namespace ${namespace} of the profile ${profile}, and knows of one place.`,
    {
      code: 'other_minikube',
      exit: EXIT.refused,
      hints: [
        `${typedAs} up minikube --profile ${profile} --namespace ${namespace}        goes on there`,
        `${typedAs} down minikube --delete        removes what it made there`,
      ],
    },
  )

const whenAway = (typedAs: string): string[] => [`${typedAs} status minikube`, `${typedAs} up minikube`]

/** A key that works, of the operator of this installation; the one that is kept, when it does. */
async function keepAccess(
  {paths, http, toolchain, place, typedAs}: UpMinikubeRequest,
  url: string,
  signal: AbortSignal,
): Promise<void> {
  const apiUrl = `${url}/api/v1`
  const kept = await readApiKey(paths.state, CONTEXT)
  if (kept === undefined || !(await isKnown({http, apiUrl, apiKey: kept, typedAs}))) {
    const command = ['node', '/app/bin/container.js', 'operator-key']
    const {stdout} = await clusterCalls(toolchain).kubectl(execArgs('chat-api', command, place), {signal})
    await writeCredential(paths.state, CONTEXT, {api_key: stdout.trim(), api_url: apiUrl})
  } else await writeCredential(paths.state, CONTEXT, {api_key: kept, api_url: apiUrl})
}

async function isKnown({
  http,
  apiUrl,
  apiKey,
  typedAs,
}: {
  http: OpenHttp
  apiUrl: string
  apiKey: string
  typedAs: string
}): Promise<boolean> {
  const client = await http({apiUrl, apiKey, whenAway: whenAway(typedAs)})
  try {
    return (await client.call<ProfileResponse>({method: 'GET', path: '/profile'})).role === 'operator'
  } catch (error) {
    if (error instanceof CliError && error.exit === EXIT.refused) return false
    throw error
  } finally {
    client.close()
  }
}

async function useIt({paths, http, typedAs, now}: UpMinikubeRequest, url: string, signal: AbortSignal): Promise<void> {
  const apiKey = (await readApiKey(paths.state, CONTEXT))!
  const client = await http({apiUrl: `${url}/api/v1`, apiKey, whenAway: whenAway(typedAs)})
  try {
    await verifyTodo5({api: new TaskApi(client), mailbox: true, now, signal})
  } finally {
    client.close()
  }
}
