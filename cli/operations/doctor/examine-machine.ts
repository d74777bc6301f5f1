import {statfs} from 'node:fs/promises'
import {dirname} from 'node:path'
import {DEFAULT_PORT} from '../../../services/contracts/local.ts'
import {ownerText, portOwner} from '../../supervisor/port-owner.ts'
import type {FoundProgram} from '../../toolchain/find-programs.ts'
import type {HostStatus} from '../host-status.ts'
import type {LocalStatus} from '../local-status.ts'
import type {Paths} from '../../paths.ts'
import type {AtLoginState} from '../at-login/at-login.ts'
import {checkAtLogin} from './at-login.ts'
import {type Check, judgeAll} from './check.ts'
import {checkDisk, type DiskSpace} from './disk.ts'
import {checkLeftovers} from './leftovers.ts'
import {checkMemory} from './memory.ts'
import {checkNode} from './node.ts'
import {checkPort} from './port.ts'
import {checkPrograms} from './programs.ts'
import {checkPrivateFiles, openFiles} from './private-files.ts'
import {checkStale, stalePartials} from './stale.ts'
import {checkVersion} from './version.ts'
import {checkWaiting} from './waiting.ts'

/** What the machine says about itself; a test says otherwise. */
export interface MachineFacts {
  readonly nodeVersion: string
  /** Bytes that this process may still take. */
  freeMemory(): number
  diskSpace(folder: string): Promise<DiskSpace>
  /** Who listens at a port of the loopback address; null when nobody does. */
  portUser(port: number): Promise<string | null>
}

export interface MachineRequest {
  readonly target: 'local' | 'host' | undefined
  readonly machine: MachineFacts
  /** The range of package.json. */
  readonly neededNode: string
  readonly programs: readonly FoundProgram[]
  readonly local: LocalStatus
  readonly host: HostStatus
  readonly paths: Pick<Paths, 'state' | 'data'>
  /** Of this command line. */
  readonly version: string
  /** Targets whose state file tells of a process that is gone, though nothing of it runs. */
  readonly staleStates: readonly string[]
  readonly atLogin: () => Promise<readonly (AtLoginState & {readonly target: 'local' | 'host'})[]>
}

/** What todo5 needs of the machine, whether it runs or not. */
export async function examineMachine(request: MachineRequest): Promise<Check[]> {
  const {target, machine, programs, local, host} = request
  const runs = (status: LocalStatus | HostStatus): boolean => !['stopped', 'left_behind'].includes(status.state)
  const next = target ?? 'local'
  const idle = !runs(next === 'host' ? host : local)
  return await judgeAll('machine', {
    node: () => checkNode(machine.nodeVersion, request.neededNode),
    programs: () => checkPrograms(programs, target === 'host' || runs(host)),
    disk: async () => checkDisk(await machine.diskSpace((target === 'host' ? host : local).data_dir)),
    memory: () => checkMemory(machine.freeMemory(), idle ? next : undefined),
    port: async () =>
      checkPort({port: DEFAULT_PORT, owner: await machine.portUser(DEFAULT_PORT), ours: portsOf([local, host])}),
    leftovers: () =>
      checkLeftovers(
        [local, host]
          .filter(({state}) => state === 'left_behind')
          .map(({target: name, processes}) => ({target: name, names: processes.map((process) => process.name)})),
      ),
    waiting: () => checkWaiting(local.waiting),
    version: () =>
      checkVersion(
        [local, host].flatMap(({target: name, version}) => (version === null ? [] : [{target: name, version}])),
        request.version,
      ),
    secrets: async () => checkPrivateFiles(await openFiles(request.paths)),
    stale: async () => checkStale(request.staleStates, await stalePartials(request.paths)),
    at_login: async () => checkAtLogin(await request.atLogin()),
  })
}

const portsOf = (statuses: readonly (LocalStatus | HostStatus)[]): number[] =>
  statuses.flatMap(({api_url: url}) => (url === null ? [] : [Number(new URL(url).port)]))

/** This machine. */
export const thisMachine = (isPortFree: (port: number) => Promise<boolean>): MachineFacts => ({
  nodeVersion: process.versions.node,
  // Within the limits of a container, too.
  freeMemory: () => process.availableMemory(),
  diskSpace,
  portUser: async (port) => ((await isPortFree(port)) ? null : ownerText(await portOwner(port))),
})

/** Of the file system on which a folder lies, or will: the next one above it that exists. */
async function diskSpace(folder: string): Promise<DiskSpace> {
  try {
    const {bavail, blocks, bsize} = await statfs(folder)
    return {folder, free: bavail * bsize, size: blocks * bsize}
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(folder) === folder) throw error
    return {...(await diskSpace(dirname(folder))), folder}
  }
}
