import {DEFAULT_PORT} from '../../services/contracts/local.ts'
import type {HostOptions} from '../supervisor/host/host-state.ts'
import type {HostWanted} from '../supervisor/host/wanted.ts'
import {SERVICE_NAMES, type ServiceName} from '../../services/contracts/service-names.ts'
import type {HostTarget} from './bring-up-host.ts'
import {inOrder} from './host-services.ts'
import {planStart} from './plan-start.ts'

/** What `todo5 up host` would do now, in order. Looks, changes nothing. */
export async function planUpHost(request: {
  target: HostTarget
  options: HostOptions
  version: string
  only?: readonly ServiceName[]
  restart?: boolean
}): Promise<string[]> {
  const {target, options, version, only} = request
  const {machine, entry} = target
  const beginning = await planStart(machine, {version, options})
  const {steps} = beginning
  if (beginning.over) {
    const services = beginning.runs ? serviceSteps(await machine.readWanted(), only, request.restart ?? false) : []
    return services.length > 0 ? services : steps
  }
  const programs = await target.programs()
  const down = only ? (await machine.readWanted()).stopped.filter((name) => !only.includes(name)) : []
  const remains = await machine.remains()
  if (beginning.remains && remains.length > 0) {
    steps.push(`stop what a killed todo5 left (pid ${remains.map(({pid}) => pid).join(', ')})`)
  }
  const {run, data} = {run: `${entry.dataDir}/run`, data: entry.dataDir}
  steps.push(
    `run ${process.execPath} ${entry.script} ${entry.stateDir}, in the background; it does the rest:`,
    `start PostgreSQL 18 in ${data}/postgres, migrate, give each service a login of its own`,
    `start ${programs.sentry} in ${run}/sentry, the certificate authority of the sidecars`,
    `start ${programs.scheduler} in ${run}/scheduler`,
    `start Kafka (${programs.java}, jars in ${programs.kafkaLibs}) in ${run}/kafka, make its topics`,
    ...(programs.zipkinJar === null ? [] : [`start Zipkin (${programs.zipkinJar})`]),
    'start the mailbox',
    ...SERVICE_NAMES.filter((app) => !down.includes(app)).map(
      (app) => `render the Dapr resources of ${app} to ${run}/daprd-${app}; start it and ${programs.daprd}`,
    ),
    ...down.map((app) => `leave ${app} stopped, as it was by hand`),
    ...(programs.prometheus === null ? [] : [`start ${programs.prometheus}, which asks all of them for numbers`]),
    `open the API on port ${options.port ?? `${DEFAULT_PORT}, or the next free one`}; everything else takes free ports of 127.0.0.1`,
    `write ${entry.stateDir}/host.json and ${target.credentialsDir}/credentials.json, for your eyes only`,
  )
  return steps
}

const serviceSteps = ({stopped}: HostWanted, only: readonly ServiceName[] | undefined, restart: boolean): string[] =>
  inOrder(only ?? stopped).flatMap((service) => {
    if (stopped.includes(service)) return [`start ${service}, which is stopped by hand, and its sidecar`]
    return restart ? [`stop ${service} and its sidecar, start them again`] : []
  })
