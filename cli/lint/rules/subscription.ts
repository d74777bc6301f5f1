import type {Finding} from '../finding.ts'
import {record, text} from '../resource.ts'
import {finding, type Rule} from '../rule.ts'

/** Declarative subscriptions: a wait that nobody means, and no place for what cannot be handled. */
export const subscription: Rule = (resource, all) => {
  if (resource.kind !== 'Subscription') return []
  const spec = record(resource.value['spec'])
  const findings: Finding[] = []
  const bulk = record(spec['bulkSubscribe'])
  if (bulk['enabled'] === true && bulk['maxAwaitDurationMs'] === undefined)
    findings.push(
      finding(resource, ['spec', 'bulkSubscribe'], {
        severity: 'error',
        rule: 'bulk-wait',
        message: 'maxAwaitDurationMs is left out: the default is 1000, so an event waits half a second on average.',
        hint: 'Add maxAwaitDurationMs: 10 (and maxMessagesCount: 100).',
      }),
    )
  if (text(spec['deadLetterTopic']) === '')
    findings.push(
      finding(resource, ['spec'], {
        severity: 'warning',
        rule: 'no-dead-letter-topic',
        message:
          'What Dapr cannot decode has nowhere to go: with retries for ever it holds up its partition, else it is lost.',
        hint: 'Add deadLetterTopic: NAME.',
      }),
    )
  const pubsub = text(spec['pubsubname'])
  const components = all.filter((other) => other.kind === 'Component')
  if (components.length > 0 && !components.some((other) => other.name === pubsub))
    findings.push(
      finding(resource, ['spec', 'pubsubname'], {
        severity: 'error',
        rule: 'unknown-component',
        message: `There is no component ${pubsub || '(none given)'} among these files.`,
        hint: 'Check the name; the subscription is never served.',
      }),
    )
  return findings
}
