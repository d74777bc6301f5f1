import {count, inWords, ok, problem, type Verdict} from './check.ts'

export interface LeftPrograms {
  readonly target: 'local' | 'host'
  readonly names: readonly string[]
}

/** What a todo5 that was killed has left running. */
export function checkLeftovers(left: readonly LeftPrograms[]): Verdict {
  if (left.length === 0) return ok('none')
  return problem(
    `a killed todo5 left ${inWords(left.map(({target, names}) => `${count(names.length, 'program')} of ${target}`))}`,
    {
      details: left.map(({target, names}) => `${target}: ${names.join(', ')}`),
      next: left.flatMap(({target}) => [
        `todo5 up ${target}        goes on with the data`,
        `todo5 down ${target}        stops them`,
      ]),
    },
  )
}
