import {ok, problem, type Verdict, warning} from './check.ts'

const MB = 1024 * 1024
/** Measured with `todo5 status`: local 250 MB after a day; host 1,490 MB (docs/host-target.md). */
const NEEDED_MB = {local: 300, host: 1500}
/** What the system needs to go on. */
const LEAST_MB = 150

/** `free` in bytes, as far as this process may take them; `starting`: the target that may be started next. */
export function checkMemory(free: number, starting: 'local' | 'host' | undefined): Verdict {
  const megabytes = Math.round(free / MB)
  const found = `${megabytes.toLocaleString('en')} MB free`
  if (megabytes < LEAST_MB) {
    return problem(found, {next: ['end what is not needed: the system kills whatever is largest when nothing is left']})
  }
  if (starting === undefined || megabytes >= NEEDED_MB[starting]) return ok(found)
  const needed = NEEDED_MB[starting].toLocaleString('en')
  return warning(`${found}, ${starting} needs ${needed} MB`, {next: ['end what is not needed']})
}
