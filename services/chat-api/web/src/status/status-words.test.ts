import {expect, test} from 'vitest'
import type {OperatorStatusResponse} from '../../../../contracts/operator-status.ts'
import {SERVICE_NAMES} from '../../../../contracts/service-names.ts'
import {lasting, verdictOf} from './status-words.ts'

const WELL: OperatorStatusResponse = {
  at: '2026-12-01T09:00:00Z',
  services: SERVICE_NAMES.map((service) => ({
    service,
    state: 'ok',
    version: '1.0.0',
    uptime_seconds: 60,
    failing: [],
  })),
  outbox: {waiting: 0, oldest_seconds: 0},
  reminders: {over_seconds: 900, sent: 3, failed: 0, late: 0},
  occurrences: {overdue: 0, next_24_hours: 1, next_7_days: 2, later: 3},
  dead_letters: 0,
}
const withService = (at: number, change: Partial<OperatorStatusResponse['services'][number]>) => ({
  ...WELL,
  services: WELL.services.map((one, index) => (index === at ? {...one, ...change} : one)),
})

test.each<[string, OperatorStatusResponse, string]>([
  ['all works', WELL, 'All is well.'],
  [
    'a service is away',
    withService(2, {state: 'away'}),
    'Reminders: this service does not answer. Reminders are sent when it is back.',
  ],
  [
    'a service is ill',
    withService(0, {state: 'unavailable', failing: ['database']}),
    'Tasks: no answer from its database. Tasks can be neither read nor changed.',
  ],
  [
    'two are',
    {...WELL, services: WELL.services.map((one, index) => (index < 2 ? {...one, state: 'away' as const} : one))},
    '2 of 5 services do not work.',
  ],
  [
    'the outbox stands',
    {...WELL, outbox: {waiting: 9, oldest_seconds: 61}},
    'Events wait for long. Next occurrences and reminders can come late.',
  ],
  [
    'a reminder was given up',
    {...WELL, reminders: {...WELL.reminders!, failed: 1}},
    'A reminder was given up. The history of its task says why.',
  ],
  ['dead letters', {...WELL, dead_letters: 2}, 'All services work. 2 events could not be handled.'],
])('%s', (_name, status, words) => {
  expect(verdictOf(status)).toEqual({isWell: status === WELL, words})
})

test.each([
  [0.4, '0 s'],
  [119, '119 s'],
  [121, '2 minutes'],
  [7300, '2 hours'],
  [172_800, '2 days'],
])('%d s: %s', (seconds, words) => {
  expect(lasting(seconds)).toBe(words)
})
