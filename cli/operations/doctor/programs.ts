import type {FoundProgram} from '../../toolchain/find-programs.ts'
import {inWords, ok, problem, type Verdict} from './check.ts'

/** The programs of the real stack. Without them local works as before: they are missed only where host is asked about. */
export function checkPrograms(programs: readonly FoundProgram[], wanted: boolean): Verdict {
  const missing = programs.filter(({path, needed}) => needed && path === null)
  const names = inWords(missing.map(({program}) => program))
  const details = missing.flatMap(({program, problem: why}) => (why === null ? [] : [`${program}: ${why}`]))
  if (missing.length === 0) {
    const there = programs.filter(({path}) => path !== null)
    return ok(inWords(there.map(({program, version}) => `${program} ${version}`)))
  }
  const next = [
    ...(missing.some(({program}) => program !== 'java') ? ['todo5 toolchain install        gets what can be got'] : []),
    ...(missing.some(({program}) => program === 'java') ? ['https://adoptium.net        Java 17 or newer'] : []),
  ]
  if (wanted) return problem(`${names} ${missing.length === 1 ? 'is' : 'are'} missing`, {details, next})
  return ok(`all that local needs; for host ${names} ${missing.length === 1 ? 'is' : 'are'} missing`, ...next)
}
