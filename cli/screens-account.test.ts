import {once} from 'node:events'
import {createServer, type IncomingMessage} from 'node:http'
import type {AddressInfo} from 'node:net'
import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises'
import {hostname, tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, beforeEach} from 'vitest'
import {runCli, type RunOptions, type RunResult} from './testing/run-cli.ts'
import {screens} from './testing/screens.ts'

const KEY = 'todo5_abcdefghijklmnopqrstuvwxyz'
const REMINDER = {
  id: 7,
  offset_seconds: 3600,
  reminder_at: '2026-11-20T07:00:00Z',
  state: 'failed',
  channels: ['email'],
  nag_every_seconds: null,
  revision: 1,
  task_id: 1,
  title: 'Water the plants in the garden of the neighbours',
  due_at: '2026-11-20T08:00:00Z',
  due_has_time: true,
  created_at: '2026-11-19T07:00:00Z',
  deliveries: [
    {
      channel: 'email',
      revision: 1,
      state: 'failed',
      next_attempt_at: null,
      message_id: null,
      attempts: [
        {
          at: '2026-11-20T07:00:00Z',
          outcome: 'failed',
          code: 'refused',
          answer: '550 5.1.1 The mailbox of this address does not exist here, or takes no mail.',
        },
      ],
    },
  ],
}
const key = (id: string, name: string, start: string) => ({
  id,
  name,
  start,
  createdAt: '2026-11-19T07:00:00Z',
  lastRequest: null,
  expiresAt: null,
})

/** What a todo5 answers about accounts, keys, reminders and series. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  'GET /profile': {
    user_id: '0',
    email: 'ada@example.com',
    name: 'Ada',
    time_zone: 'Europe/Berlin',
    channels: ['email'],
    role: 'operator',
  },
  'GET /api-key/list': {
    apiKeys: [key('key-1', 'todo5 login on a-machine', 'todo5_a'), key('key-2', 'backup script', 'todo5_b')],
  },
  'POST /api-key/create': {id: 'key-3', key: KEY, expiresAt: '2026-12-20T09:00:00Z'},
  'POST /api-key/delete': {},
  'POST /sign-out': {},
  'POST /device/code': {
    device_code: 'd',
    user_code: 'ABCDEFGH',
    verification_uri: 'https://todo.example.com/device',
    verification_uri_complete: 'https://todo.example.com/device?user_code=ABCDEFGH',
    interval: 0,
  },
  'POST /device/token': {access_token: 't'},
  'GET /reminders': {
    reminders: [
      REMINDER,
      {...REMINDER, id: 8, state: 'scheduled', reminder_at: '2026-11-21T07:00:00Z', deliveries: []},
    ],
    next_cursor: null,
  },
  'GET /reminders/7': REMINDER,
  'GET /operator/recurrence': {
    checked: 3,
    next_after: null,
    differences: [
      {
        kind: 'next_occurrence',
        task_id: 7,
        series_id: 3,
        user_id: '018f0000-0000-7000-8000-000000000001',
        rule: 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
        stored: null,
        computed: '2026-12-02T09:00:00Z',
        reason: null,
        repaired: false,
      },
    ],
  },
  'POST /reminders/7/retry': {reminder: {...REMINDER, state: 'sending'}, retried: ['email']},
  'POST /reminders/test': {
    channel: 'email',
    taken: false,
    code: 'refused',
    answer: '550 5.1.1 The mailbox of this address does not exist here, or takes no mail.',
  },
}

let url: string
let close: () => Promise<void>
let home: string
beforeAll(async () => {
  const server = createServer((request: IncomingMessage, response) => {
    const {pathname} = new URL(request.url!, 'http://x')
    const route = `${request.method} ${pathname.replace(/^\/api\/(v1|auth)/u, '')}`
    const answer = ANSWERS[route]
    response.writeHead(answer === undefined ? 404 : 200, {'content-type': 'application/json'})
    response.end(JSON.stringify(answer ?? {}))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`
  close = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})
afterAll(async () => await close())
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'todo5-account-'))
  await mkdir(join(home, 'state'))
  const work = {api_url: url, api_key: KEY, key_id: 'key-1'}
  await writeFile(join(home, 'state', 'credentials.json'), JSON.stringify({work}))
  return async () => await rm(home, {recursive: true, force: true})
})

const run = async (line: readonly string[], options: RunOptions): Promise<RunResult> =>
  await runCli(
    line.map((word) => (word === 'URL' ? new URL(url).origin : word)),
    {home, ...options, env: {TODO5_CONTEXT: 'work', BROWSER: 'none', ...options.env}},
  )

screens(
  [
    'whoami',
    'login URL --name home',
    'login URL --no-input',
    'logout',
    'logout --dry-run',
    'token list',
    'token create script --expires 30d',
    ['token', 'revoke', 'backup script', '--yes'],
    ['token', 'revoke', 'backup scrip', '--yes'],
    'reminder list',
    'reminder show 7',
    'reminder retry 7',
    'reminder test --channel email',
    'context use work',
    'context delete work',
    'config get time_zone',
    'config set time_zone Europe/Paris',
    'config unset time_zone',
    'config explain',
    'open --no-input',
    'sync',
    'chat list',
    'recurrence check',
  ],
  run,
  {steady: [[new RegExp(hostname().replaceAll('.', String.raw`\.`), 'gu'), 'a-machine']]},
)

screens(['context add other URL', 'context add other URL --dry-run'], run, {options: {input: `${KEY}\n`}})
