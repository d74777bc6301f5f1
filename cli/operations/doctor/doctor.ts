import {readFile} from 'node:fs/promises'
import {packagePath} from '../../../services/package-root.ts'
import type {HostMachine} from '../../supervisor/host/host-machine.ts'
import {lookFor, type Machine, type ProcessEntry} from '../../supervisor/machine.ts'
import {type ClockSample, databaseClock} from '../../tools/database-clock.ts'
import {findPrograms} from '../../toolchain/find-programs.ts'
import type {Toolchain} from '../../toolchain/toolchain.ts'
import {hostStatus} from '../host-status.ts'
import {localStatus} from '../local-status.ts'
import {type Check, type CheckState, worst} from './check.ts'
import {examineHost} from './examine-host.ts'
import {examineLocal} from './examine-local.ts'
import {examineMachine, type MachineFacts, thisMachine} from './examine-machine.ts'
import type {StreamSources} from './examine-stream.ts'

export interface DoctorRequest extends StreamSources {
  /** Undefined: the machine, and whatever runs on it. */
  readonly target: 'local' | 'host' | undefined
  readonly local: {readonly machine: Machine; readonly entry: ProcessEntry}
  readonly host: {readonly machine: HostMachine; readonly entry: ProcessEntry}
  readonly toolchain: Toolchain
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
  const {target, local, host, toolchain} = request
  const [localFound, hostFound, programs, neededNode] = await Promise.all([
    localStatus(local.machine, local.entry),
    hostStatus(host.machine, host.entry.dataDir, async () => []),
    findPrograms(toolchain),
    readNeededNode(),
  ])
  const wanted = (name: 'local' | 'host', state: string): boolean =>
    target === name || (target === undefined && state !== 'stopped')
  const sources = {...request, databaseClock: request.databaseClock ?? databaseClock}
  const [machineChecks, localChecks, hostChecks] = await Promise.all([
    examineMachine({
      target,
      machine: request.machine ?? thisMachine(async (port) => await local.machine.isPortFree(port)),
      neededNode,
      programs,
      local: localFound,
      host: hostFound,
    }),
    wanted('local', localFound.state)
      ? examineLocal({...sources, status: localFound, databaseUrl: await databaseOf(local.machine)})
      : [],
    wanted('host', hostFound.state)
      ? examineHost({...sources, status: hostFound, machine: host.machine, state: await stateOf(host.machine)})
      : [],
  ])
  const checks = [...machineChecks, ...localChecks, ...hostChecks]
  return {state: worst(checks.map(({state}) => state)), checks}
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
