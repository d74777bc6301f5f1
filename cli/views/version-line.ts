import {compareVersions} from '../supervisor/restart-reason.ts'

/** That another version runs than the one that was called, and what makes them the same. */
export function versionLine(facts: {
  readonly name: string
  readonly runs: string
  readonly version: string
  readonly typedAs: string
}): string {
  const {name, runs, version, typedAs} = facts
  const up = `${typedAs} up${name === 'local' ? '' : ` ${name}`}`
  const advice =
    compareVersions(runs, version) < 0
      ? `${up} restarts it, the data stay`
      : `npm install -g todo5@${runs} makes them the same`
  return `${name} runs todo5 ${runs}, this is ${version}: ${advice}`
}
