import {createServer, type IncomingMessage} from 'node:http'
import {once} from 'node:events'
import type {AddressInfo} from 'node:net'
import {afterEach, expect, test} from 'vitest'
import type {RecurrenceCheckResponse, RecurrenceDifference} from '../services/contracts/recurrence-check.ts'
import {type RunResult, runCli, transcript} from './testing/run-cli.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** The operator's routes, answering with these pages in turn. */
async function serve(
  pages: readonly RecurrenceCheckResponse[],
): Promise<{run: (...line: string[]) => Promise<RunResult>; asked: string[]}> {
  const asked: string[] = []
  let page = 0
  const server = createServer((request: IncomingMessage, response) => {
    response.setHeader('content-type', 'application/json')
    if (request.url!.includes('/profile')) {
      response.end(
        JSON.stringify({
          user_id: '0',
          email: 'a@example.com',
          name: 'A',
          time_zone: 'Europe/Berlin',
          channels: [],
          role: 'operator',
        }),
      )
      return
    }
    asked.push(`${request.method} ${request.url}`)
    response.end(JSON.stringify(pages[page++]))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  closing.push(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`
  return {run: async (...line) => runCli(['recurrence', 'check', ...line], {api: {url, key: 'k'}}), asked}
}

const difference = (changes: Partial<RecurrenceDifference> = {}): RecurrenceDifference => ({
  kind: 'next_occurrence',
  task_id: 7,
  series_id: 3,
  user_id: '018f0000-0000-7000-8000-000000000001',
  rule: 'FREQ=DAILY',
  stored: null,
  computed: '2026-12-02T09:00:00Z',
  reason: null,
  repaired: false,
  ...changes,
})

test('nothing differs', async () => {
  const {run, asked} = await serve([
    {checked: 1000, differences: [], next_after: 1234},
    {checked: 20, differences: [], next_after: null},
  ])
  expect(transcript(await run())).toMatchInlineSnapshot(`
    "| 1020 series checked, all right.
    (exit 0)"
  `)
  expect(asked.map((line) => line.replace(/^(\w+) \S*\/operator/u, '$1 …/operator'))).toEqual([
    'GET …/operator/recurrence?after=0&limit=1000',
    'GET …/operator/recurrence?after=1234&limit=1000',
  ])
})

test('what differs is listed, and the exit code says that it still does', async () => {
  const differences = [
    difference(),
    difference({kind: 'failed', task_id: 12, computed: null, reason: 'FREQ=NEVER is not known'}),
  ]
  const {run} = await serve([{checked: 3, differences, next_after: null}])
  expect(transcript(await run('--utc'))).toMatchInlineSnapshot(`
    "TASK  WHAT             STORED  COMPUTED                 REPAIRED
       7  next occurrence  none    2026-12-02 09:00Z        no
      12  failed           none    FREQ=NEVER is not known  no
    | 3 series checked, 2 differ.
    (exit 4)"
  `)
})

test('what was repaired is no failure', async () => {
  const {run, asked} = await serve([{checked: 3, differences: [difference({repaired: true})], next_after: null}])
  const result = await run('--repair', '--json')
  expect(asked[0]).toMatch(/^POST .*\/operator\/recurrence\/repair/u)
  expect([result.code, result.stderr, JSON.parse(result.stdout)]).toEqual([
    0,
    '',
    {checked: 3, differences: [difference({repaired: true})]},
  ])
})
