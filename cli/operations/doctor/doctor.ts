import {readFile} from 'node:fs/promises'
import {packagePath} from '../../../services/package-root.ts'
import type {HostMachine} from '../../supervisor/host/host-machine.ts'
import {
  lookFor,
  type Machine,
  type ProcessEntry,
  type TargetMachine,
  type TargetState,
} from '../../supervisor/machine.ts'
import {type ClockSample, databaseClock} from '../../tools/database-clock.ts'
import {findPrograms} from '../../toolchain/find-programs.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import type {Paths} from '../../paths.ts'
import {AtLogin} from '../at-login/at-login.ts'
import type {ClusterPlace} from '../cluster/cluster-place.ts'
import {isCloud} from '../cluster/find-place.ts'
import {DAPR_TARGETS} from '../dapr-targets.ts'
import {hostStatus} from '../host-status.ts'
import {localStatus} from '../local-status.ts'
import {type Check, type CheckState, worst} from './check.ts'
import {examineHost} from './examine-host.ts'
import {examineLocal} from './examine-local.ts'
import {examineMachine, type MachineFacts, thisMachine} from './examine-machine.ts'
import {type ContextSources, examineContexts} from './examine-contexts.ts'
import {examineCloud} from './examine-cloud.ts'
import {examineMinikube, hasCluster} from './examine-minikube.ts'
import type {StreamSources} from './examine-stream.ts'
import {isGone} from './fix.ts'

export const DOCTOR_TARGETS = ['local', ...DAPR_TARGETS] as const
export type DoctorTarget = (typeof DOCTOR_TARGETS)[number]

export interface DoctorRequest extends StreamSources, ContextSources {
  /** Undefined: the machine, and whatever runs on it. */
  readonly target: DoctorTarget | undefined
  readonly local: {readonly machine: Machine; readonly entry: ProcessEntry}
  readonly host: {readonly machine: HostMachine; readonly entry: ProcessEntry}
  /** Of the cluster that is the target; without a target, of Minikube. */
  readonly place: ClusterPlace
  readonly person: string
  readonly toolchain: Toolchain
  readonly paths: Pick<Paths, 'state' | 'data'>
  /** Of this command line. */
  readonly version: string
  /** Folder of package.json. */
  readonly root: string
  /** In place of this machine and of real databases. */
  readonly machine?: MachineFacts | undefined
  readonly databaseClock?: ((url: string) => Promise<ClockSample>) | undefined
}

export interface Diagnosis {
  readonly state: CheckState
  readonly checks: readonly Check[]
}

/** Looks at everything that todo5 needs, and says what is wrong with it. Changes nothing. */
export async function doctor(request: DoctorRequest): Promise<Diagnosis> {
  const {target, local, host, toolchain, paths, version} = request
  const [localFound, hostFound, programs, neededNode] = await Promise.all([
    localStatus(local.machine, local.entry),
    hostStatus(host.machine, host.entry.dataDir, async () => []),
    findPrograms(toolchain),
    readNeededNode(),
  ])
  const wanted = (name: 'local' | 'host', state: string): boolean =>
    target === name || (target === undefined && state !== 'stopped')
  const sources = {...request, databaseClock: request.databaseClock ?? databaseClock}
  const [machineChecks, contextChecks, localChecks, hostChecks, clusterChecks] = await Promise.all([
    examineMachine({
      target: target === 'local' || target === 'host' ? target : undefined,
      machine: request.machine ?? thisMachine(async (port) => await local.machine.isPortFree(port)),
      neededNode,
      programs,
      local: localFound,
      host: hostFound,
      paths,
      version,
      staleStates: await staleStates(request),
      atLogin: async () => await Promise.all(TARGETS.map(async (name) => await atLoginOf(name, request))),
    }),
    examineContexts({
      ...request,
      runs: (name) => isUp((name === 'local' ? localFound : hostFound).state),
    }),
    wanted('local', localFound.state)
      ? examineLocal({...sources, status: localFound, databaseUrl: await databaseOf(local.machine)})
      : [],
    wanted('host', hostFound.state)
      ? examineHost({...sources, status: hostFound, machine: host.machine, state: await stateOf(host.machine)})
      : [],
    examineClusterOf(request),
  ])
  const checks = [...machineChecks, ...contextChecks, ...localChecks, ...hostChecks, ...clusterChecks]
  return {state: worst(checks.map(({state}) => state)), checks}
}

async function examineClusterOf({target, toolchain, place, person, clock}: DoctorRequest): Promise<Check[]> {
  if (target === 'minikube' || (target === undefined && (await hasCluster(toolchain, place.kubeContext))))
    return await examineMinikube({toolchain, place, person, clock})
  if (target === undefined || !isCloud(target)) return []
  return await examineCloud({toolchain, place: {...place, target}, person, clock})
}

const isUp = (state: string): boolean => state === 'running' || state === 'degraded'

const TARGETS = ['local', 'host'] as const

async function atLoginOf(target: 'local' | 'host', {paths, root, [target]: {entry}}: DoctorRequest) {
  const place = new AtLogin({target, entry, stateDir: paths.state, root})
  return {target, ...(await place.state())}
}

/** Programs that run without their todo5 are told of as leftovers. */
async function staleStates({local, host}: DoctorRequest): Promise<string[]> {
  const isStale = async (machine: TargetMachine<TargetState>): Promise<boolean> =>
    (await isGone(machine)) && !(await machine.hasRemains())
  return [...((await isStale(local.machine)) ? ['local'] : []), ...((await isStale(host.machine)) ? ['host'] : [])]
}

async function readNeededNode(): Promise<string> {
  const {engines} = JSON.parse(await readFile(packagePath('package.json'), 'utf8')) as {engines: {node: string}}
  return engines.node
}

async function databaseOf(machine: Machine): Promise<string | null> {
  const found = await lookFor(machine)
  return found.kind === 'none' ? null : found.state.database_url
}

async function stateOf(machine: HostMachine) {
  const found = await lookFor(machine)
  return found.kind === 'none' ? undefined : found.state
}
