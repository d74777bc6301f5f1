import {setTimeout as delay} from 'node:timers/promises'
import {SERVICE_NAMES, type ServiceName} from '../../services/contracts/service-names.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {HostMachine} from '../supervisor/host/host-machine.ts'
import type {HostState} from '../supervisor/host/host-state.ts'
import {goalOf, type HostWanted, withStopped} from '../supervisor/host/wanted.ts'
import {lookFor} from '../supervisor/machine.ts'

/** What became of a service and its sidecar. */
export interface HostServiceResult {
  readonly service: ServiceName
  readonly state: 'running' | 'stopped'
  /** False: it was so before. */
  readonly changed: boolean
}

export interface ServicesDown {
  readonly target: 'host'
  readonly services: readonly HostServiceResult[]
}

/** It finishes what is under way for up to 50 s, then its sidecar for 15 s. */
const STOP_LIMIT_MS = 120_000

/** `todo5 down host --only`: stops services with their sidecars; they stay down until `todo5 up host`. */
export async function stopHostServices(request: {
  machine: HostMachine
  services: readonly ServiceName[]
  dryRun: boolean
  signal: AbortSignal
}): Promise<ServicesDown | {readonly dry_run: true; readonly steps: readonly string[]}> {
  const {machine, dryRun, signal} = request
  const services = inOrder(request.services)
  const state = await readyState(machine)
  const before = await machine.readWanted()
  if (dryRun) return {dry_run: true, steps: services.map((service) => stopStep(state, before, service))}
  const wanted = await machine.changeWanted((now) => withStopped(now, services))
  await untilReached(machine, wanted, services, {signal, limitMs: STOP_LIMIT_MS})
  return {target: 'host', services: resultsOf(before, wanted, services)}
}

/** Each once, in the order in which they are started. */
export const inOrder = (services: readonly ServiceName[]): ServiceName[] =>
  SERVICE_NAMES.filter((name) => services.includes(name))

export const resultsOf = (before: HostWanted, now: HostWanted, services: readonly ServiceName[]): HostServiceResult[] =>
  services.map((service) => ({
    service,
    state: now.stopped.includes(service) ? 'stopped' : 'running',
    changed: goalOf(before, service) !== goalOf(now, service),
  }))

/** Waits until the supervisor has brought the services to what is wanted of them. What does not start is an error. */
export async function untilReached(
  machine: HostMachine,
  wanted: HostWanted,
  services: readonly ServiceName[],
  {signal, limitMs}: {signal: AbortSignal; limitMs: number},
): Promise<void> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const found = await lookFor(machine)
    if (found.kind === 'none' || found.kind === 'stopping') throw stopsMeanwhile()
    const asked = found.state.services.filter(({service, goal}) => goal === goalOf(wanted, service))
    const open = services.filter((name) => !asked.some(({service, reached}) => service === name && reached))
    if (open.length === 0) return
    const failed = asked.find(({service, fault}) => open.includes(service) && fault !== null)
    if (failed) throw doesNotStart(failed.service, failed.fault!)
    if (performance.now() > deadline) throw takesLong(open)
    await delay(100, undefined, {signal})
  }
}

async function readyState(machine: HostMachine): Promise<HostState> {
  const found = await lookFor(machine)
  if (found.kind === 'ready') return found.state
  throw new CliError(found.kind === 'none' ? 'host does not run.' : `host is ${found.kind}.`, {
    code: 'not_running',
    exit: EXIT.refused,
    hints: ['todo5 status host', 'todo5 up host'],
  })
}

function stopStep({processes}: HostState, before: HostWanted, service: ServiceName): string {
  if (before.stopped.includes(service)) return `nothing: ${service} is stopped by hand already`
  const pid = (name: string): string => {
    const found = processes.find((process) => process.name === name)?.pid
    return found == null ? name : `${name} (pid ${found})`
  }
  return `stop ${pid(service)}, when it has finished what is under way, then ${pid(`daprd-${service}`)}`
}

const stopsMeanwhile = (): CliError =>
  new CliError('host was stopped meanwhile.', {
    code: 'stopped',
    exit: EXIT.refused,
    hints: ['todo5 status host', 'todo5 up host'],
  })

const doesNotStart = (service: ServiceName, fault: string): CliError =>
  new CliError(`${service} does not start; it is tried again. ${fault}`, {
    code: 'program_failed',
    exit: EXIT.outsideProgram,
    hints: [`todo5 logs ${service} --target host`, `todo5 down host --only ${service}        gives it up`],
  })

const takesLong = (services: readonly ServiceName[]): CliError =>
  new CliError(`${services.join(', ')}: not finished yet; it goes on in the background.`, {
    code: 'not_finished',
    exit: EXIT.notFinished,
    hints: ['todo5 status host'],
  })
