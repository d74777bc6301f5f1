import type {Evidence, EventFacts} from './evidence.ts'
import {type Violation, violation} from './violation.ts'

/** Events: each version of a task has one, on record and in a topic, and of each task and topic in order. */
export function checkEvents(evidence: Evidence): Violation[] {
  const {audit, topics, outbox, deadLetters} = evidence
  const found: Violation[] = []
  if (outbox > 0) found.push(violation('lost', 'the outbox', `${outbox} events still wait in it`))
  if (deadLetters > 0) found.push(violation('dead letter', 'the dead letters', `there are ${deadLetters}`))
  const firsts = uniqueEvents(topics)
  return [
    ...found,
    ...checkVersions(evidence),
    ...checkSameEvents(evidence, firsts),
    ...checkDeliveriesOnRecord(evidence),
    ...checkOrder(audit, 'on record'),
    ...checkOrder(firsts, 'in the topic'),
  ]
}

/** A copy may come later, and anywhere. */
function uniqueEvents(events: readonly EventFacts[]): EventFacts[] {
  const seen = new Set<string>()
  return events.filter(({eventId}) => !seen.has(eventId) && seen.add(eventId))
}

const isOfTask = ({topic}: EventFacts): boolean => topic !== 'reminders'

function checkVersions({tasks, audit, unrecorded}: Evidence): Violation[] {
  const byTask = Map.groupBy(audit.filter(isOfTask), ({taskId}) => taskId)
  const found: Violation[] = []
  for (const {id, version} of tasks) {
    if (unrecorded.has(id)) continue
    const there = new Set((byTask.get(id) ?? []).map((event) => event.version))
    for (let wanted = 1; wanted <= version; wanted++) {
      if (!there.delete(wanted))
        found.push(violation('lost', `task ${id}`, `no event of version ${wanted} is on record`))
    }
    for (const other of there) found.push(violation('lost', `task ${id}`, `there is an event of version ${other}`))
  }
  return found
}

function checkSameEvents({audit, unrecorded}: Evidence, firsts: readonly EventFacts[]): Violation[] {
  const found: Violation[] = []
  const recorded = new Set<string>()
  for (const {eventId} of audit) {
    if (recorded.has(eventId)) found.push(violation('lost', `event ${eventId}`, 'it is on record twice'))
    recorded.add(eventId)
  }
  const published = new Set(firsts.map(({eventId}) => eventId))
  const missing = (events: readonly EventFacts[], there: ReadonlySet<string>, where: string) =>
    events
      .filter(({eventId, taskId}) => !there.has(eventId) && !unrecorded.has(taskId))
      .map(({eventId, type, taskId}) =>
        violation('lost', `event ${eventId}`, `${type} of task ${taskId} is not ${where}`),
      )
  return [...found, ...missing(firsts, recorded, 'on record'), ...missing(audit, published, 'in its topic')]
}

function checkDeliveriesOnRecord({deliveries, audit, unrecorded}: Evidence): Violation[] {
  const sent = new Set(
    audit.filter(({type}) => type === 'reminder.sent').map(({reminderId, revision}) => `${reminderId} ${revision}`),
  )
  return deliveries
    .filter(({reminderId, revision, taskId}) => !sent.has(`${reminderId} ${revision}`) && !unrecorded.has(taskId))
    .map(({reminderId, taskId}) =>
      violation('lost', `task ${taskId}`, `reminder ${reminderId} was sent and no reminder.sent is on record`),
    )
}

/** Equal versions are events of one change. */
function checkOrder(events: readonly EventFacts[], where: string): Violation[] {
  const found: Violation[] = []
  const last = new Map<string, number>()
  for (const {topic, taskId, version, eventId} of events) {
    const key = `${topic} ${taskId}`
    const before = last.get(key) ?? 0
    if (version < before) {
      found.push(
        violation(
          'order',
          `event ${eventId}`,
          `${topic} of task ${taskId} ${where}: version ${version} after ${before}`,
        ),
      )
    }
    last.set(key, Math.max(before, version))
  }
  return found
}
