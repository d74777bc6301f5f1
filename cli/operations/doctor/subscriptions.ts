import type {SidecarFacts} from '../../supervisor/host/sidecar-facts.ts'
import {count, ok, problem, type Verdict} from './check.ts'
import {HOST_COMMANDS, type NextCommands} from './next-commands.ts'

/** Whether the sidecar of each consumer reads the topics of that consumer. Sidecars that do not answer are left out. */
export function checkSubscriptions(
  sidecars: readonly SidecarFacts[],
  readers: Readonly<Record<string, readonly string[]>>,
  {status, restart}: NextCommands = HOST_COMMANDS,
): Verdict {
  const details: string[] = []
  let subscriptions = 0
  for (const {app, loaded} of sidecars) {
    if (!loaded) continue
    for (const topic of readers[app] ?? []) {
      const found = loaded.subscriptions.find((other) => other.topic === topic)
      if (!found) details.push(`${app} does not read ${topic}`)
      else if (found.deadLetterTopic !== `${topic}-dlq`)
        details.push(`${app} reads ${topic} without a place for what Dapr cannot decode`)
      else subscriptions++
    }
  }
  if (details.length === 0) return ok(count(subscriptions, 'subscription'))
  return problem(`${count(details.length, 'subscription')} missing`, {
    details,
    next: [
      `${status}        a service that was ill when its sidecar asked has none`,
      `${restart}        sidecars ask once, when they start`,
    ],
  })
}
