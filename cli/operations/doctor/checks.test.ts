import {describe, expect, test} from 'vitest'
import type {HealthResponse} from '../../../services/contracts/status.ts'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import type {CertificateFacts} from '../../supervisor/host/certificates.ts'
import type {FoundProgram} from '../../toolchain/find-programs.ts'
import type {HostStatus} from '../host-status.ts'
import {checkCertificates} from './certificates.ts'
import {judge, ok, worst} from './check.ts'
import {checkClock} from './clock.ts'
import {checkDisk} from './disk.ts'
import {checkLeftovers} from './leftovers.ts'
import {checkListeners} from './listeners.ts'
import {checkMemory} from './memory.ts'
import {checkNode} from './node.ts'
import {checkOutbox} from './outbox.ts'
import {checkPort} from './port.ts'
import {checkProcesses} from './processes.ts'
import {checkPrograms} from './programs.ts'
import {checkServices} from './services.ts'
import {checkWaiting} from './waiting.ts'

const MB = 1024 * 1024

describe('a check', () => {
  test('of several the worst counts', () => {
    expect(worst([])).toBe('ok')
    expect(worst(['ok', 'warning', 'ok'])).toBe('warning')
    expect(worst(['warning', 'problem', 'ok'])).toBe('problem')
  })

  test('what cannot be reached is a problem in its own words, and so is a mistake of ours', async () => {
    const away = new CliError('Kafka does not answer.', {code: 'away', exit: EXIT.unreachable, hints: ['look']})
    expect(await judge(() => Promise.reject(away))).toEqual({
      state: 'problem',
      found: 'Kafka does not answer.',
      details: [],
      next: ['look'],
    })
    expect(await judge(() => Promise.reject(new TypeError('oops')))).toMatchObject({
      state: 'problem',
      found: 'todo5 made a mistake: oops',
    })
    expect(await judge(() => ok('fine'))).toMatchObject({state: 'ok'})
  })
})

describe('the machine', () => {
  test('Node', () => {
    expect(checkNode('24.21.0', '>=22.19')).toMatchObject({state: 'ok', found: '24.21.0'})
    expect(checkNode('22.19.0', '>=22.19').state).toBe('ok')
    expect(checkNode('22.18.9', '>=22.19')).toMatchObject({
      state: 'problem',
      found: '22.18.9 is too old, 22.19 or newer is needed',
    })
    expect(checkNode('20.99.0', '>=22.19').state).toBe('problem')
  })

  const program = (
    name: FoundProgram['program'],
    path: string | null,
    problem: string | null = null,
  ): FoundProgram => ({
    program: name,
    needed: name !== 'zipkin',
    version: path === null ? null : '1.2.3',
    from: path === null ? null : 'path',
    path,
    size: null,
    problem,
  })

  test('programs: missed only where host is asked about, and optional ones never', () => {
    const some = [program('daprd', '/p/daprd'), program('kafka', null, '3.9.0 is too old'), program('zipkin', null)]
    expect(checkPrograms(some, true)).toEqual({
      state: 'problem',
      found: 'kafka is missing',
      details: ['kafka: 3.9.0 is too old'],
      next: ['todo5 toolchain install        gets what can be got'],
    })
    expect(checkPrograms(some, false)).toMatchObject({
      state: 'ok',
      found: 'all that local needs; for host kafka is missing',
    })
    expect(checkPrograms([program('java', null)], true).next).toEqual(['https://adoptium.net        Java 17 or newer'])
    expect(checkPrograms([program('daprd', '/p'), program('java', '/j'), program('zipkin', null)], true)).toMatchObject(
      {
        state: 'ok',
        found: 'daprd 1.2.3 and java 1.2.3',
      },
    )
  })

  test.each([
    [40e9, 100e9, 'ok', '40.0 GB free below /d (60 % used)'],
    [1.9e9, 3e9, 'warning', '1.9 GB free below /d (37 % used)'],
    [4e9, 100e9, 'warning', '4.0 GB free below /d (96 % used)'],
    [0.4e9, 100e9, 'problem', '0.4 GB free below /d (100 % used)'],
  ])('disk: %d of %d bytes free is %s', (free, size, state, found) => {
    expect(checkDisk({folder: '/d', free, size})).toMatchObject({state, found})
  })

  test('memory: enough for what is started next, and never next to nothing', () => {
    expect(checkMemory(8000 * MB, 'host')).toMatchObject({state: 'ok', found: '8,000 MB free'})
    expect(checkMemory(1000 * MB, 'host')).toMatchObject({
      state: 'warning',
      found: '1,000 MB free, host needs 1,500 MB',
    })
    expect(checkMemory(1000 * MB, 'local').state).toBe('ok')
    expect(checkMemory(200 * MB, undefined).state).toBe('ok')
    expect(checkMemory(100 * MB, undefined).state).toBe('problem')
  })

  test('port', () => {
    const port = 8636
    expect(checkPort({port, owner: null, ours: []})).toMatchObject({state: 'ok', found: '8636 is free'})
    expect(checkPort({port, owner: 'node (pid 7)', ours: [8636]}).found).toBe(
      '8636 is used by the todo5 that runs here',
    )
    expect(checkPort({port, owner: 'python3 (pid 4127)', ours: []})).toMatchObject({
      state: 'warning',
      found: '8636 is used by python3 (pid 4127)',
    })
    expect(checkPort({port, owner: 'python3 (pid 4127)', ours: [8637]})).toMatchObject({state: 'ok'})
  })

  test('leftovers', () => {
    expect(checkLeftovers([])).toMatchObject({state: 'ok'})
    expect(checkLeftovers([{target: 'host', names: ['kafka', 'sentry']}])).toEqual({
      state: 'problem',
      found: 'a killed todo5 left 2 programs of host',
      details: ['host: kafka, sentry'],
      next: ['todo5 up host        goes on with the data', 'todo5 down host        stops them'],
    })
  })
})

describe('processes', () => {
  const process = (name: string, state = 'running', restarts = 0) => ({name, state, restarts})
  const host = (state: string, ...processes: object[]) => ({target: 'host', state, processes}) as unknown as HostStatus

  test('all, none, ill, stopped by hand, or started again and again', () => {
    expect(checkProcesses(host('running', process('kafka')))).toMatchObject({state: 'ok', found: '1 process running'})
    expect(checkProcesses(host('stopped'))).toMatchObject({state: 'ok', found: 'not running', next: ['todo5 up host']})
    expect(checkProcesses(host('left_behind')).state).toBe('problem')
    expect(checkProcesses(host('starting'))).toMatchObject({state: 'warning', found: 'starting'})
    const [kafka, hand] = [process('kafka', 'ill'), process('chat-api', 'stopped_by_hand')]
    expect(checkProcesses(host('degraded', kafka, hand, process('sentry')))).toMatchObject({
      state: 'problem',
      found: 'kafka not well',
      details: ['kafka is ill', 'chat-api is stopped by hand'],
      next: ['todo5 logs kafka --target host', 'todo5 up host        starts what does not run'],
    })
    expect(checkProcesses(host('degraded', hand, process('sentry')))).toMatchObject({
      state: 'warning',
      found: '1 process running',
      details: ['chat-api is stopped by hand'],
    })
    expect(checkProcesses(host('running', process('kafka', 'running', 9)))).toMatchObject({
      state: 'warning',
      details: ['kafka was started again 9 times'],
    })
  })
})

describe('services and their database', () => {
  const health = (parts: Partial<HealthResponse> = {}): HealthResponse => ({
    service: 'task-service',
    status: 'ok',
    version: '1.0.0',
    checks: {},
    ...parts,
  })

  test('services', () => {
    const good = {service: 'task-service', health: health()}
    const [ill, draining, away] = [
      {service: 'chat-api', health: health({status: 'unavailable', checks: {database: {ok: false, detail: 'gone'}}})},
      {service: 'audit-service', health: health({status: 'draining'})},
      {service: 'recurring-task-service', health: undefined},
    ]
    expect(checkServices([good, good], 'local')).toMatchObject({state: 'ok', found: '2 services well'})
    expect(checkServices([good, ill, draining, away], 'host')).toMatchObject({
      state: 'problem',
      found: 'chat-api, audit-service and recurring-task-service not well',
      details: ['chat-api: database (gone)', 'audit-service is draining', 'recurring-task-service does not answer'],
    })
    expect(checkServices([], 'local')).toMatchObject({state: 'problem', found: 'no service answers'})
  })

  test('the clock of the database: half a second and more, when it is sure', () => {
    expect(checkClock({asked: 1000, database: 1006, answered: 1010})).toMatchObject({
      state: 'ok',
      found: 'the database is 1 ms ahead of this machine (± 5 ms)',
    })
    expect(checkClock({asked: 1000, database: 1506, answered: 1010})).toMatchObject({state: 'ok'})
    expect(checkClock({asked: 1000, database: 1511, answered: 1010})).toMatchObject({
      state: 'problem',
      found: 'the database is 506 ms ahead of this machine (± 5 ms)',
    })
    expect(checkClock({asked: 10_000, database: 4000, answered: 10_002})).toMatchObject({
      state: 'problem',
      found: 'the database is 6001 ms behind this machine (± 1 ms)',
    })
    // The answer took four seconds: nobody knows.
    expect(checkClock({asked: 0, database: 600, answered: 4000}).state).toBe('ok')
  })

  test('outbox', () => {
    expect(checkOutbox({pending: 0, oldest_seconds: 0})).toMatchObject({state: 'ok', found: 'empty'})
    expect(checkOutbox({pending: 1, oldest_seconds: 2.4})).toMatchObject({
      state: 'ok',
      found: '1 event not published, the oldest for 2 s',
    })
    expect(checkOutbox({pending: 12, oldest_seconds: 61}).state).toBe('warning')
    expect(checkOutbox({pending: 12, oldest_seconds: 601}).state).toBe('problem')
    expect(checkOutbox(undefined).state).toBe('problem')
  })
})

describe('certificates', () => {
  const now = Date.parse('2026-11-21T12:00:00Z')
  const facts = (parts: Partial<CertificateFacts> = {}): CertificateFacts => ({
    folder: '/ca',
    authority: [
      {name: 'the root certificate', endsAt: Date.parse('2027-11-21T12:00:00Z')},
      {name: "the issuer's certificate", endsAt: Date.parse('2027-11-20T12:00:00Z')},
    ],
    served: [{program: 'scheduler', endsAt: Date.parse('2026-11-22T12:00:00Z'), trusted: true, open: false}],
    ...parts,
  })
  const at = (date: string) => [{name: 'the root certificate', endsAt: Date.parse(`${date}T12:00:00Z`)}]
  const [served] = facts().served

  test.each([
    ['good', {}, 'ok', 'the authority ends on 2027-11-20; 1 program with a certificate of it'],
    ['ends in a month', {authority: at('2026-12-20')}, 'warning', 'the authority ends on 2026-12-20'],
    [
      'has ended',
      {authority: at('2026-11-21')},
      'problem',
      'a certificate has ended: sidecars cannot talk to each other',
    ],
    [
      'of a program has ended',
      {served: [{...served!, endsAt: now - 1}]},
      'problem',
      'a certificate has ended: sidecars cannot talk to each other',
    ],
    ['of another authority', {served: [{...served!, trusted: false}]}, 'problem', 'mTLS is not complete'],
    ['not asked for', {served: [{...served!, open: true}]}, 'problem', 'mTLS is not complete'],
    ['no authority', {authority: []}, 'problem', 'there is no certificate authority in /ca'],
  ])('%s', (_name, parts, state, found) => {
    expect(checkCertificates(facts(parts), now)).toMatchObject({state, found})
  })
})

test('who can be reached from other machines: the two health ports, and nobody else', () => {
  const at = (program: string, port: number, loopback: boolean) => ({program, port, loopback})
  const health = {sentry: 1, scheduler: 2}
  const good = [at('kafka', 9092, true), at('sentry', 1, false), at('scheduler', 2, false)]
  expect(checkListeners(good, health)).toMatchObject({
    state: 'ok',
    found:
      "1 port on the loopback address; open by design of Dapr: the health ports, sentry's 1 and scheduler's 2 (a status, no data)",
  })
  expect(checkListeners([at('kafka', 9092, true)], health).found).toBe('1 port on the loopback address')
  expect(checkListeners([...good, at('kafka', 9093, false)], health)).toMatchObject({
    state: 'problem',
    found: '1 port open to other machines',
    details: ['kafka listens on all addresses at port 9093'],
  })
  expect(checkListeners(undefined, health)).toMatchObject({state: 'ok'})
})

test('what waits to be sent elsewhere', () => {
  expect(checkWaiting([])).toEqual(ok('nothing waits to be sent'))
  expect(checkWaiting([{context: 'work', changes: 2}])).toMatchObject({
    state: 'warning',
    found: '2 changes wait to be sent',
    next: ['todo5 sync --context work'],
  })
})
