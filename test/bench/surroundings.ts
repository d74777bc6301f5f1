import {execa} from 'execa'
import {cpus, loadavg, totalmem} from 'node:os'

/** What figures depend on. */
export interface Surroundings {
  /** As `git describe` names it. */
  readonly commit: string
  readonly node: string
  readonly machine: string
  /** What else the machine did: mean over the minute before the run. */
  readonly load: number
  /** The end of the run, ISO 8601, UTC. */
  readonly at: string
}

const LOAD_BEFORE = Number(loadavg()[0]!.toFixed(1))

export async function surroundings(): Promise<Surroundings> {
  const {stdout: commit} = await execa('git', ['describe', '--always', '--dirty'], {cwd: import.meta.dirname})
  const [first] = cpus()
  return {
    commit,
    node: process.versions.node,
    machine: `${cpus().length} × ${first?.model.trim() ?? process.arch}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    load: LOAD_BEFORE,
    at: new Date().toISOString(),
  }
}

export const printSurroundings = ({commit, node, machine, load, at}: Surroundings): string =>
  `${at.slice(0, 10)}, ${commit}, Node ${node}, ${machine}, load ${load} before the run`
