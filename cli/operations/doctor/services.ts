import type {HealthResponse} from '../../../services/contracts/status.ts'
import {count, inWords, ok, problem, type Verdict} from './check.ts'

export interface ServiceAnswer {
  readonly service: string
  /** Undefined: it did not answer. */
  readonly health: HealthResponse | undefined
}

/** What each service says about itself. */
export function checkServices(answers: readonly ServiceAnswer[], target: 'local' | 'host'): Verdict {
  const ill = answers.filter(({health}) => health?.status !== 'ok')
  if (ill.length === 0 && answers.length > 0) return ok(`${count(answers.length, 'service')} well`)
  const next = [`todo5 logs --target ${target} --level WARN`, `todo5 up ${target}        starts what is ill again`]
  if (answers.length === 0) return problem('no service answers', {next})
  return problem(`${inWords(ill.map(({service}) => service))} not well`, {details: ill.map(fault), next})
}

function fault({service, health}: ServiceAnswer): string {
  if (!health) return `${service} does not answer`
  const failing = Object.entries(health.checks).filter(([, check]) => !check.ok)
  if (failing.length === 0) return `${service} is ${health.status}`
  return `${service}: ${failing.map(([name, {detail}]) => `${name} (${detail ?? 'fails'})`).join(', ')}`
}
