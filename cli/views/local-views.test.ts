import {expect, test} from 'vitest'
import type {LocalStatus} from '../operations/local-status.ts'
import {Output} from '../output.ts'
import {runningState} from '../supervisor/testing/fake-machine.ts'
import {textWidth} from '../text-width.ts'
import {UTC} from '../../services/domain/dates/zone.ts'
import {printDown} from './down-lines.ts'
import {printSummary} from './local-summary.ts'
import {printLogLine} from './log-line.ts'
import {printStatus} from './status-tree.ts'

function terminal(unicode = true, columns = 80): {out: Output; lines: () => string[]} {
  let text = ''
  const sink = {write: (part: string) => void (text += part), isTTY: true, columns}
  const looks = {colour: {stdout: false, stderr: false}, unicode, accessible: false, animated: false}
  return {out: new Output({terminal: {stdout: sink, stderr: sink}, looks}), lines: () => text.trimEnd().split('\n')}
}

/** As long as a link that signs in. */
const APP = 'http://127.0.0.1:8637/sign-in#link=abcdefghijklmnopqrstuv'
const up = {state: runningState, already: false, restarted: null, seconds: 4.12, portTakenBy: null}

test('the summary of up fits 80 columns', () => {
  const {out, lines} = terminal()
  const moved = {...runningState, api_url: 'http://127.0.0.1:8637/api/v1', mailbox_url: 'http://127.0.0.1:8637/mailbox'}
  printSummary(out, {...up, state: moved, portTakenBy: 'python3 (pid 4127)'}, 'npx todo5', APP)
  expect(lines()).toEqual([
    '✔ PostgreSQL 18 (embedded)   ✔ 5 services   ✔ mailbox     ready in 4.1 s',
    '! Port 8636 is used by python3 (pid 4127); todo5 took 8637.',
    `  App   ${APP}`,
    '  API   http://127.0.0.1:8637/api/v1    Mailbox  http://127.0.0.1:8637/mailbox',
    '  Stop  npx todo5 down  (data stays)    Logs     npx todo5 logs -f',
    '  Try:  npx todo5 add "water the plants every mon and thu at 9 #home"',
    '        npx todo5 task list',
  ])
  expect(Math.max(...lines().map(textWidth))).toBeLessThanOrEqual(80)
})

test('on a narrow terminal no part of the summary is broken apart', () => {
  const {out, lines} = terminal(true, 50)
  printSummary(out, up, 'npx todo5', 'http://127.0.0.1:8636/')
  expect(lines().slice(0, 7)).toEqual([
    '✔ PostgreSQL 18 (embedded)   ✔ 5 services',
    '✔ mailbox     ready in 4.1 s',
    '  App   http://127.0.0.1:8636/',
    '  API   http://127.0.0.1:8636/api/v1',
    '  Mailbox  http://127.0.0.1:8636/mailbox',
    '  Stop  npx todo5 down  (data stays)',
    '  Logs     npx todo5 logs -f',
  ])
})

test('the summary tells what was done, and where database and mail are', () => {
  const {out, lines} = terminal(false)
  const options = {
    ...runningState.options,
    database_url: 'postgres://me:secret@db:5432/x',
    smtp_url: 'smtp://u:p@mail:587',
    mail_to: 'you@example.com',
  }
  printSummary(out, {...up, already: true, state: {...runningState, options}}, 'todo5', APP)
  expect(lines().slice(0, 2)).toEqual([
    '[ok] PostgreSQL 18 at db:5432   [ok] 5 services   [ok] mail by mail:587',
    'runs already',
  ])
  const again = terminal()
  printSummary(again.out, {...up, restarted: 'older_version'}, 'todo5', APP)
  expect(again.lines()[1]).toBe('! An older todo5 ran; now it is 1.0.0, and the database is migrated.')
})

const status: LocalStatus = {
  target: 'local',
  state: 'running',
  version: '1.0.0',
  started_at: '2026-11-21T09:00:00.000Z',
  api_url: runningState.api_url,
  mailbox_url: runningState.mailbox_url,
  operations_url: 'http://127.0.0.1:1',
  smtp_port: 2525,
  database_url: null,
  model: null,
  processes: [
    {name: 'todo5', state: 'running', pid: 4127, port: 8636, memory_bytes: 150 * 1024 * 1024},
    {name: 'postgresql', state: 'running', pid: 4130, port: 5433, memory_bytes: null},
  ],
  services: [
    {service: 'task-service', status: 'ok', version: '1.0.0', checks: {database: {ok: true}}},
    {
      service: 'audit-service',
      status: 'unavailable',
      version: '1.0.0',
      checks: {database: {ok: false, detail: 'away'}},
    },
  ],
  outbox: {pending: 2, oldest_seconds: 61},
  data_dir: '/d',
  log_file: '/s/logs/todo5.log',
  waiting: [],
}
const now = Date.parse('2026-11-23T12:04:05.000Z')

test('the status is a tree of processes and what is in them', () => {
  const {out, lines} = terminal()
  const model = {host: '127.0.0.1:11434', name: 'qwen3:4b'}
  printStatus(out, {...status, model}, {now, typedAs: 'todo5'})
  expect(lines()).toEqual([
    'local  running for 2d 3h  todo5 1.0.0',
    '  todo5                     running       pid 4127    port 8636   150 MB',
    '  ├ task-service            ok',
    '  ├ audit-service           unavailable  database: away',
    '  └ outbox                  2 events, oldest 61.0 s',
    '  PostgreSQL                running       pid 4130    port 5433',
    '  language model            qwen3:4b at 127.0.0.1:11434',
    '  API   http://127.0.0.1:8636/api/v1    Mailbox  http://127.0.0.1:8636/mailbox',
  ])
})

test('a status that is not well says what to do', () => {
  const said = (change: Partial<LocalStatus>): string => {
    const {out, lines} = terminal()
    printStatus(
      out,
      {...status, services: [], outbox: null, processes: [], version: null, api_url: null, ...change},
      {now, typedAs: 'npx todo5'},
    )
    return lines().join('\n')
  }
  expect(said({state: 'stopped'})).toBe('local  not running\n  Start it: npx todo5 up')
  expect(said({state: 'left_behind'})).toContain('Recover: npx todo5 up')
  expect(said({state: 'degraded'})).toContain('npx todo5 logs --level WARN')
})

test('a line of the log for a person', () => {
  const {out, lines} = terminal()
  const line = {
    timestamp: '2026-11-21T09:04:05.012Z',
    level: 'WARN',
    service: 'task-service',
    user_id: 'u1',
    event_id: null,
  }
  printLogLine(
    out,
    {...line, message: 'failed', count: 3, error: {message: 'away', stack: 'Error: away\n    at here'}},
    UTC,
  )
  printLogLine(
    out,
    {...line, user_id: null, level: 'ERROR', message: 'crash', error: {message: 'x', stack: 'Error: x\n    at there'}},
    UTC,
  )
  printLogLine(out, {...line, timestamp: null, level: 'INFO', user_id: null, message: 'no JSON'}, UTC)
  expect(lines()).toEqual([
    '09:04:05.012 WARN  task         failed  count=3 user=u1 error=away',
    '09:04:05.012 ERROR task         crash  error=x',
    '             at there',
    'INFO  task         no JSON',
  ])
})

test('what down did', () => {
  const {out, lines} = terminal()
  const result = {target: 'local', found: 'running', killed: false, deleted: []} as const
  printDown(out, result, '/d; start again: todo5 up')
  printDown(out, {...result, found: 'nothing'}, '')
  printDown(out, {...result, found: 'leftovers', deleted: ['/d']}, '')
  printDown(out, {...result, killed: true, deleted: ['/d']}, '')
  printDown(out, {dry_run: true, steps: ['one', 'two']}, '')
  expect(lines()).toEqual([
    '✔ stopped',
    '  Data stays in /d; start again: todo5 up',
    '✔ nothing ran',
    '✔ ended what a killed todo5 had left',
    '✔ deleted /d',
    '✔ stopped (it had to be killed)',
    '✔ deleted /d',
    ' 1  one',
    ' 2  two',
  ])
})
