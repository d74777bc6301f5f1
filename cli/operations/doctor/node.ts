import {ok, problem, type Verdict} from './check.ts'

/** `needed` is the range of package.json: `>=22.19`. */
export function checkNode(version: string, needed: string): Verdict {
  const least = /^>=\s*(\d+)\.(\d+)/u.exec(needed)
  if (!least) throw new Error(`package.json needs Node ${needed}, which is no ">=N.N"`)
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [leastMajor, leastMinor] = [Number(least[1]), Number(least[2])]
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return ok(version)
  return problem(`${version} is too old, ${leastMajor}.${leastMinor} or newer is needed`, {
    next: ['https://nodejs.org        the release with long-term support'],
  })
}
