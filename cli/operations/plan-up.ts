import {DEFAULT_PORT, type LocalOptions} from '../../services/contracts/local.ts'
import type {Machine, ProcessEntry} from '../supervisor/machine.ts'
import {ownerText, portOwner} from '../supervisor/port-owner.ts'
import {hiddenPassword} from '../supervisor/hidden-password.ts'
import {planStart} from './plan-start.ts'

/** What `todo5 up` would do now, in order. Looks, changes nothing. */
export async function planUp(request: {
  machine: Machine
  entry: ProcessEntry
  options: LocalOptions
  version: string
}): Promise<string[]> {
  const {machine, entry, options, version} = request
  const beginning = await planStart(machine, {version, options})
  const {steps} = beginning
  if (beginning.over) return steps
  const server = await machine.findServer()
  if (beginning.remains && server.processes.length > 0) {
    steps.push(`stop the PostgreSQL that a killed todo5 left (pid ${server.processes.join(', ')})`)
  }
  steps.push(`run ${process.execPath} ${entry.script} ${entry.stateDir}, in the background; it does the rest:`)
  steps.push(`take the lock ${entry.stateDir}/local.lock`)
  if (options.database_url === null) {
    steps.push(`make a PostgreSQL 18 in ${entry.dataDir}/postgres if there is none, start it on a free port`)
  } else steps.push(`use ${hiddenPassword(options.database_url)}`)
  steps.push('migrate the database, give each service a login of its own')
  steps.push(`start five services and the mailbox on ${await portText(machine, options.port)}`)
  steps.push(`write ${entry.stateDir}/local.json and credentials.json, for your eyes only`)
  return steps
}

async function portText(machine: Machine, wanted: number | null): Promise<string> {
  const port = wanted ?? DEFAULT_PORT
  const place = `http://127.0.0.1:${port}`
  if (await machine.isPortFree(port)) return place
  const owner = ownerText(await portOwner(port))
  return wanted === null ? `the next free port (${port} is used by ${owner})` : `${place}, which is used by ${owner}`
}
