import {count, ok, problem, type Verdict} from './check.ts'

export interface ProgramListener {
  readonly program: string
  readonly port: number
  /** True for 127.0.0.0/8 and ::1. */
  readonly loopback: boolean
}

/**
 * Who can be reached from outside of this machine. Dapr 1.18 ignores the address of two health pages (sentry's and the
 * scheduler's): they answer with a status, and nothing else may listen beyond the loopback address.
 * `undefined`: this system does not tell who listens.
 */
export function checkListeners(
  listeners: readonly ProgramListener[] | undefined,
  healthPorts: Readonly<Record<'sentry' | 'scheduler', number | undefined>>,
): Verdict {
  if (listeners === undefined) return ok('this system does not tell')
  const open = listeners.filter(({loopback}) => !loopback)
  const byDesign = (['sentry', 'scheduler'] as const).filter((name) =>
    open.some(({port}) => port === healthPorts[name]),
  )
  const others = open.filter(({port}) => !Object.values(healthPorts).includes(port))
  const health = byDesign.map((name) => `${name}'s ${healthPorts[name]!}`).join(' and ')
  if (others.length > 0) {
    return problem(`${count(others.length, 'port')} open to other machines`, {
      details: others.map(({program, port}) => `${program} listens on all addresses at port ${port}`),
      next: ['a firewall keeps others out; this is a mistake of todo5, please report it'],
    })
  }
  const inside = `${count(listeners.length - open.length, 'port')} on the loopback address`
  if (byDesign.length === 0) return ok(inside)
  return ok(`${inside}; open by design of Dapr: the health ports, ${health} (a status, no data)`)
}
