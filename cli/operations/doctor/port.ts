import {ok, type Verdict, warning} from './check.ts'

export interface PortFacts {
  readonly port: number
  /** Who listens there: `python3 (pid 4127)`; null when nobody does. */
  readonly owner: string | null
  /** Ports of the APIs that run here. */
  readonly ours: readonly number[]
}

/** The port at which people expect todo5. Another one does as well, and where todo5 runs it has found one. */
export function checkPort({port, owner, ours}: PortFacts): Verdict {
  if (ours.includes(port)) return ok(`${port} is used by the todo5 that runs here`)
  if (owner === null) return ok(`${port} is free`)
  if (ours.length > 0) return ok(`${port} is used by ${owner}; todo5 took ${ours.join(' and ')}`)
  return warning(`${port} is used by ${owner}`, {next: ['todo5 up        takes the next free port and says which']})
}
