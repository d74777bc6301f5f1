import {expect, test} from 'vitest'
import type {ServiceLook, Top} from '../operations/top/look.ts'
import {Output} from '../output.ts'
import {textWidth} from '../text-width.ts'
import {printTop} from './top-lines.ts'

function shown(top: Top, columns: number): string[] {
  let text = ''
  const sink = {write: (part: string) => void (text += part), isTTY: true, columns}
  const looks = {colour: {stdout: false, stderr: false}, unicode: true, accessible: false, animated: false}
  printTop(new Output({terminal: {stdout: sink, stderr: sink}, looks}), top)
  const lines = text.trimEnd().split('\n')
  expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(columns)
  expect(lines.length).toBeLessThanOrEqual(22)
  return lines
}

const service = (name: ServiceLook['service'], rest: Partial<ServiceLook> = {}): ServiceLook => ({
  service: name,
  state: 'ok',
  requests_per_second: 0,
  request_p95_seconds: null,
  events_per_second: null,
  event_p95_seconds: null,
  failures_per_second: 0,
  lag: null,
  memory_bytes: 100 * 1024 * 1024,
  ...rest,
})

const busy: Top = {
  target: 'host',
  version: '1.0.0',
  over_seconds: 2,
  services: [
    service('task-service', {requests_per_second: 1234.5, request_p95_seconds: 0.0123}),
    service('recurring-task-service', {events_per_second: 0.25, event_p95_seconds: 1.24, lag: 12_345}),
    service('notification-service', {state: 'unavailable', events_per_second: 3.14, lag: 0, failures_per_second: 2}),
    service('audit-service', {state: 'away', requests_per_second: null, failures_per_second: null, memory_bytes: null}),
    service('chat-api', {requests_per_second: 99.6, request_p95_seconds: 75}),
  ],
  outbox: {pending: 41, oldest_seconds: 190, published_per_second: 12},
  reminders: {sent_per_second: 0.5, failed_per_second: 0, lateness_p95_seconds: 2.4},
  occurrences_per_second: 3,
  dead_letters_per_second: 0,
  memory_bytes: 700 * 1024 * 1024,
}

test('at 80 columns', () => {
  expect(shown(busy, 80).join('\n')).toMatchInlineSnapshot(`
    "host  todo5 1.0.0  700 MB

    SERVICE                 STATE        REQ/S    P95  EV/S    P95  FAIL/S    LAG
    task-service            ok            1235  12 ms     -              0
    recurring-task-service  ok               0         0.25  1.2 s       0  12345
    notification-service    unavailable      0          3.1            2.0      0
    audit-service           away             -            -              -
    chat-api                ok             100  1m15s     -              0

    Outbox        41 events, oldest 3m10s, 12 out/s
    Reminders     0.50 sent/s, 0 failed/s, 2.4 s late
    Occurrences   3.0 made/s
    Dead letters  0/s"
  `)
})

test('at 50 columns', () => {
  expect(shown(busy, 50).join('\n')).toMatchInlineSnapshot(`
    "host  todo5 1.0.0  700 MB

    SERVICE                 STATE        REQ/S    LAG
    task-service            ok            1235
    recurring-task-service  ok               0  12345
    notification-service    unavailable      0      0
    audit-service           away             -
    chat-api                ok             100

    Outbox        41 events, oldest 3m10s, 12 out/s
    Reminders     0.50 sent/s, 0 failed/s, 2.4 s late
    Occurrences   3.0 made/s
    Dead letters  0/s"
  `)
})

test('of local, of which nothing is known but that it is there', () => {
  const {services, ...rest} = busy
  const local: Top = {
    ...rest,
    target: 'local',
    services: services.map((one) => ({...one, lag: null, memory_bytes: null})),
    outbox: {pending: 0, oldest_seconds: 0, published_per_second: 0},
    reminders: {sent_per_second: 0, failed_per_second: 0, lateness_p95_seconds: null},
  }
  expect(shown(local, 80).join('\n')).toMatchInlineSnapshot(`
    "local  todo5 1.0.0  700 MB

    SERVICE                 STATE        REQ/S    P95  EV/S    P95  FAIL/S
    task-service            ok            1235  12 ms     -              0
    recurring-task-service  ok               0         0.25  1.2 s       0
    notification-service    unavailable      0          3.1            2.0
    audit-service           away             -            -              -
    chat-api                ok             100  1m15s     -              0

    Outbox        empty, 0 out/s
    Reminders     0 sent/s, 0 failed/s
    Occurrences   3.0 made/s
    Dead letters  0/s"
  `)
  expect(shown({...local, outbox: null, services: []}, 50)).toContain('Outbox        unknown')
})
