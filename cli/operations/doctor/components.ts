import type {SidecarFacts} from '../../supervisor/host/sidecar-facts.ts'
import {count, ok, problem, type Verdict} from './check.ts'
import {HOST_COMMANDS, type NextCommands} from './next-commands.ts'

/** What each sidecar says that it has loaded, against what was rendered for it. */
export function checkComponents(sidecars: readonly SidecarFacts[], commands: NextCommands = HOST_COMMANDS): Verdict {
  const details = sidecars.flatMap(faultsOf)
  if (details.length > 0) {
    const apps = [...new Set(details.map((line) => line.split(':')[0]!))]
    return problem(`not what was rendered in ${count(apps.length, 'sidecar')}`, {
      details,
      next: [
        ...apps.map((app) => `${commands.sidecarLogs(app)}        why a component did not load`),
        `${commands.lint}        what is wrong with what is rendered`,
      ],
    })
  }
  const loaded = sidecars.reduce((sum, {expected}) => sum + expected.components.length, 0)
  return ok(`${count(loaded, 'component')} in ${count(sidecars.length, 'sidecar')}, as rendered`)
}

function faultsOf({app, expected, loaded}: SidecarFacts): string[] {
  if (!loaded) return [`${app}: its sidecar does not answer`]
  const faults: string[] = []
  for (const {name, type, version} of expected.components) {
    const found = loaded.components.find((other) => other.name === name)
    if (!found) faults.push(`${name} is not loaded`)
    else if (found.type !== type || found.version !== version)
      faults.push(`${name} is ${found.type} ${found.version}, should be ${type} ${version}`)
  }
  for (const {name} of loaded.components) {
    if (!expected.components.some((other) => other.name === name))
      faults.push(`${name} is loaded, and was not rendered`)
  }
  for (const name of expected.policies) {
    if (!loaded.policies.includes(name)) faults.push(`the policies of ${name} are not loaded`)
  }
  if (loaded.features.includes('HotReload')) faults.push('HotReload is on: a changed file changes it while it runs')
  return faults.map((fault) => `${app}: ${fault}`)
}
