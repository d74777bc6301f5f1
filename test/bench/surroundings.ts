import {execa} from 'execa'
import {cpus, loadavg, totalmem} from 'node:os'

/** What figures depend on. */
export interface Surroundings {
  /** As `git describe` names it. */
  readonly commit: string
  readonly node: string
  readonly machine: string
  /** Mean over the last minute. */
  readonly load: number
  /** ISO 8601, UTC. */
  readonly at: string
}

export async function surroundings(): Promise<Surroundings> {
  const {stdout: commit} = await execa('git', ['describe', '--always', '--dirty'], {cwd: import.meta.dirname})
  const [first] = cpus()
  return {
    commit,
    node: process.versions.node,
    machine: `${cpus().length} × ${first?.model.trim() ?? process.arch}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    load: Number(loadavg()[0]!.toFixed(1)),
    at: new Date().toISOString(),
  }
}
