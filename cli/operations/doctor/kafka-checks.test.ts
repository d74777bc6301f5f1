import {describe, expect, test} from 'vitest'
import type {Letter} from '../dead-letters/letter.ts'
import {planTopics, wantedTopics} from '../plan-topics.ts'
import {checkDeadLetters} from './dead-letters.ts'
import {checkGroups} from './groups.ts'
import {checkTopics} from './topics.ts'

describe('Kafka', () => {
  const partition = {partition: 3, leader: 1, replicas: [1, 2, 3], inSync: [1, 2, 3], first: 0, next: 10}
  const wanted = wantedTopics('host')
  const found = wanted.map((topic) => ({...topic, retentionMs: 1}))

  test('topics as declared', () => {
    const partitions = new Map(wanted.map(({name}) => [name, [partition]]))
    expect(checkTopics({changes: planTopics(wanted, found), partitions})).toMatchObject({
      state: 'ok',
      found: '6 topics as declared',
    })
  })

  test('topics: missing, with other partitions, kept for another time, without a leader or a copy', () => {
    const [first, second, ...others] = found
    const config = {...second!.config, 'retention.ms': '1000'}
    const changes = planTopics(wanted, [{...first!, partitions: 6}, {...second!, config}, ...others.slice(1)])
    expect(checkTopics({changes, partitions: new Map([['reminders', [{...partition, leader: -1}]]])})).toMatchObject({
      state: 'problem',
      details: [
        'task-events: partitions is 6, should be 12',
        'reminders: retention.ms is 1000, should be 604800000',
        'task-updates is missing',
        'partition 3 of reminders has no leader',
      ],
    })
    const behind = checkTopics({changes: [], partitions: new Map([['reminders', [{...partition, inSync: [1, 2]}]]])})
    expect(behind).toMatchObject({
      state: 'warning',
      details: ['partition 3 of reminders has 2 of 3 copies in sync'],
    })
  })

  test('consumers: nobody reads, partitions are shared out, or they are slow', () => {
    const group = {group: 'audit-service', state: 'Stable', members: 1, lag: 0, seconds: 0}
    expect(checkGroups([group])).toMatchObject({state: 'ok', found: '1 consumer reading, nothing waits'})
    expect(checkGroups([{...group, lag: 3, seconds: 2}]).found).toBe('1 consumer reading, 3 events wait')
    expect(checkGroups([group, {...group, group: 'x', state: 'Empty', members: 0, lag: 12}])).toMatchObject({
      state: 'problem',
      found: 'x not reading',
      details: ['nobody reads as x; 12 events not handled'],
    })
    expect(checkGroups([{...group, state: 'PreparingRebalance'}])).toMatchObject({state: 'warning'})
    expect(checkGroups([{...group, lag: 1, seconds: 90}])).toMatchObject({
      state: 'problem',
      details: ['audit-service: 1 event, the oldest for 90 s'],
    })
  })

  test('dead letters, by what they have in common', () => {
    const letter = {
      topic: 'task-events',
      eventType: 'task.completed',
      code: 'malformed',
      consumer: 'audit-service',
      at: 0,
    }
    const letters = [letter, letter, {...letter, code: 'given_up_by_dapr', consumer: null}] as unknown as Letter[]
    expect(checkDeadLetters([])).toMatchObject({state: 'ok'})
    expect(checkDeadLetters(letters)).toMatchObject({
      state: 'warning',
      found: '3 events could not be handled',
      details: ['task-events: 2 malformed (audit-service)', 'task-events: 1 given_up_by_dapr'],
    })
  })
})
