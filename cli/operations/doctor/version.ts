import {compareVersions} from '../../supervisor/restart-reason.ts'
import {ok, type Verdict, warning} from './check.ts'

/** What runs beside the command line that asks. */
export function checkVersion(
  running: readonly {readonly target: 'local' | 'host'; readonly version: string}[],
  version: string,
): Verdict {
  const others = running.filter((one) => one.version !== version)
  if (others.length === 0) return ok(version)
  return warning(`this is ${version}, and another one runs`, {
    details: others.map((one) => `${one.target} runs ${one.version}`),
    next: others.map((one) =>
      compareVersions(one.version, version) < 0
        ? `todo5 up${one.target === 'local' ? '' : ' host'}        restarts it with this one; data and port stay`
        : `npm install -g todo5@${one.version}`,
    ),
  })
}
