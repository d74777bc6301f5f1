/** What todo5 runs on this machine, and the programs for it. */
import {join} from 'node:path'
import type {Environment} from '../environment-variables.ts'
import {withoutSecrets} from './environment.ts'
import type {HostTarget} from '../operations/bring-up-host.ts'
import type {Paths} from '../paths.ts'
import {machineZone} from '../time/machine-zone.ts'
import type {Toolchain} from '../toolchain/toolchain.ts'

export async function openLocal({root, env, paths}: {root: string; env: Environment; paths: Paths}) {
  const {openLocalMachine} = await import('../../services/local/local-machine.ts')
  const folders = {stateDir: paths.state, dataDir: paths.data}
  const entry = {
    ...folders,
    script: localProcess(root),
    env: withoutSecrets(env),
    timeZone: machineZone(env['TZ']).name,
  }
  return {machine: openLocalMachine(folders), entry}
}

export async function openHost(
  {root, env, paths}: {root: string; env: Environment; paths: Paths},
  openToolchain: () => Promise<Toolchain>,
): Promise<HostTarget> {
  const {openHostMachine} = await import('../supervisor/host/open-host-machine.ts')
  const dataDir = join(paths.data, 'host')
  const folders = {stateDir: join(dataDir, 'state'), dataDir}
  return {
    machine: openHostMachine(dataDir, paths.state),
    entry: {...folders, script: hostProcess(root), env: withoutSecrets(env), timeZone: machineZone(env['TZ']).name},
    serviceScript: serviceProcess(root),
    credentialsDir: paths.state,
    programs: async () => {
      const [{findPrograms}, {stackPrograms}] = await Promise.all([
        import('../toolchain/find-programs.ts'),
        import('../toolchain/stack-programs.ts'),
      ])
      return stackPrograms(await findPrograms(await openToolchain()))
    },
  }
}

export async function toolchainOf(paths: Paths, env: Environment, platform: NodeJS.Platform): Promise<Toolchain> {
  const {takeLock} = await import('../../services/local/instance-lock.ts')
  return {
    folder: paths.toolchain,
    searchPath: env['PATH'] ?? '',
    javaHome: env['JAVA_HOME'] || undefined,
    platform,
    arch: process.arch,
    mirror: env['TODO5_TOOLCHAIN_MIRROR'] || undefined,
    takeLock: async (options) => await takeLock(paths.toolchain, {...options, name: 'toolchain.lock'}),
  }
}

/** Run from the sources, it starts from the sources. */
const fromSources = import.meta.filename.endsWith('.ts')
const programOf = (root: string, part: 'cli' | 'services', ...names: readonly string[]): string =>
  fromSources ? `${join(root, part, ...names)}.ts` : `${join(root, 'dist', part, ...names)}.js`
const localProcess = (root: string): string => programOf(root, 'services', 'local-process')
const hostProcess = (root: string): string => programOf(root, 'cli', 'supervisor', 'host-process')
const serviceProcess = (root: string): string => programOf(root, 'services', 'main')
