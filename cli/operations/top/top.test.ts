import {expect, test} from 'vitest'
import {lookAt, type ServiceLook} from './look.ts'
import {quantile, rate, readSamples, Samples} from './samples.ts'

const histogram = (name: string, service: string, ...counts: readonly number[]): string =>
  ['0.1', '0.5', '1', '+Inf']
    .map((le, index) => `${name}_bucket{service="${service}",le="${le}"} ${counts[index]}`)
    .join('\n')
const at = (seconds: number, text: string): Samples => new Samples(seconds * 1000, readSamples(text))

test('numbers are read with their labels; what only asks how a service is counts for nothing', () => {
  expect(
    readSamples(`# HELP a What it is.
a{x="1",y="say \\"no\\""} 2.5
b 1e3 1763600000000
c{x="1"} NaN
http_request_duration_seconds_count{service="task-service",method="GET",route="/healthz",status="200"} 99
http_request_duration_seconds_count{service="task-service",method="GET",route="/v1/tasks",status="200"} 7`),
  ).toEqual([
    {name: 'a', labels: {x: '1', y: String.raw`say \"no\"`}, value: 2.5},
    {name: 'b', labels: {}, value: 1000},
    {
      name: 'http_request_duration_seconds_count',
      labels: {service: 'task-service', method: 'GET', route: '/v1/tasks', status: '200'},
      value: 7,
    },
  ])
})

test('a rate is per second; a counter that is new or begins anew begins at 0', () => {
  expect(rate(at(0, 'c{s="a"} 10\nc{s="b"} 5'), at(10, 'c{s="a"} 30\nc{s="b"} 5'), 'c')).toBe(2)
  expect(rate(at(0, 'c{s="a"} 10\nc{s="b"} 5'), at(10, 'c{s="a"} 30\nc{s="b"} 5'), 'c', {s: 'b'})).toBe(0)
  expect(rate(at(0, ''), at(2, 'c 3'), 'c')).toBe(1.5)
  expect(rate(at(0, 'c 100'), at(2, 'c 4'), 'c')).toBe(2)
  expect(rate(at(0, 'c 1'), at(2, ''), 'c')).toBeNull()
  expect(rate(at(2, 'c 1'), at(2, 'c 2'), 'c')).toBeNull()
})

test('a quantile lies within its bucket, of what was observed in between', () => {
  const before = at(0, histogram('h', 'x', 100, 100, 100, 100))
  // Ten more: five up to 0.1, five up to 0.5.
  expect(quantile(0.5, before, at(9, histogram('h', 'x', 105, 110, 110, 110)), 'h')).toBeCloseTo(0.1)
  expect(quantile(0.95, before, at(9, histogram('h', 'x', 105, 110, 110, 110)), 'h')).toBeCloseTo(0.46)
  expect(quantile(0.95, before, at(9, histogram('h', 'x', 100, 100, 100, 110)), 'h')).toBe(1)
  expect(quantile(0.95, before, before, 'h')).toBeNull()
  // Started anew.
  expect(quantile(0.5, before, at(9, histogram('h', 'x', 0, 4, 4, 4)), 'h')).toBeCloseTo(0.3)
  expect(quantile(0.5, at(0, ''), at(9, ''), 'h')).toBeNull()
})

const STATES = new Map<string, ServiceLook['state']>([
  ['task-service', 'ok'],
  ['recurring-task-service', 'ok'],
  ['notification-service', 'unavailable'],
])
const look = (before: string, now: string, states = STATES) =>
  lookAt({
    target: 'host',
    version: '1.0.0',
    states,
    lag: [
      {group: 'audit-service', topic: 'task-events', lag: 3},
      {group: 'audit-service', topic: 'reminders', lag: 4},
    ],
    now: at(10, now),
    before: at(8, before),
    minuteAgo: at(0, ''),
  })

test('a look has each service, away or not, and what has never happened is 0', () => {
  const top = look(
    'outbox_published_total{service="task-service",topic="task-events"} 10',
    `outbox_published_total{service="task-service",topic="task-events"} 14
outbox_publish_failures_total{service="task-service",topic="reminders"} 1
outbox_pending{service="task-service"} 2
outbox_oldest_seconds{service="task-service"} 61.5
process_resident_memory_bytes{service="task-service"} 1000`,
  )
  expect(top.over_seconds).toBe(2)
  expect(top.outbox).toEqual({pending: 2, oldest_seconds: 61.5, published_per_second: 2})
  expect(top.services.map(({service, state, lag}) => [service, state, lag])).toEqual([
    ['task-service', 'ok', null],
    ['recurring-task-service', 'ok', 0],
    ['notification-service', 'unavailable', 0],
    ['audit-service', 'away', 7],
    ['chat-api', 'away', null],
  ])
  expect(top.services[0]).toMatchObject({failures_per_second: 0.5, events_per_second: null, memory_bytes: 1000})
  expect(top.services[1]).toMatchObject({failures_per_second: 0, events_per_second: 0, requests_per_second: 0})
  expect(top.services[3]).toMatchObject({failures_per_second: null, events_per_second: null})
  expect(top.reminders).toEqual({sent_per_second: 0, failed_per_second: 0, lateness_p95_seconds: null})
  expect(top.occurrences_per_second).toBe(0)
})

test('where nobody answers nothing is known', () => {
  const top = look('', '', new Map())
  expect([top.outbox, top.occurrences_per_second, top.dead_letters_per_second, top.memory_bytes]).toEqual([
    null,
    null,
    null,
    null,
  ])
})
