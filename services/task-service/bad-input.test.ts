import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {Problem} from '../contracts/problem.ts'
import {TaskClient} from './testing/task-client.ts'

let user: TaskClient
beforeAll(async () => {
  user = await TaskClient.start()
})
afterAll(async () => user.stop())

const rows = async (): Promise<number> =>
  Number(
    (
      await user.admin.query<{n: string}>(
        'select (select count(*) from todo.tasks) + (select count(*) from todo.series) + (select count(*) from todo.outbox) as n',
      )
    ).rows[0]!.n,
  )

const create = async (body: unknown, headers: Record<string, string> = {}) =>
  user.send<Problem>('POST', '/tasks', body, headers)

const wrong: [string, Record<string, unknown>, string][] = [
  ['no title', {}, 'title'],
  ['an empty title', {title: ''}, 'title'],
  ['a title of spaces', {title: '   '}, 'title'],
  ['a title that is too long', {title: 'x'.repeat(501)}, 'title'],
  ['a title of the wrong type', {title: 7}, 'title'],
  ['a line break in a title', {title: 'one\r\nBcc: two@example.com'}, 'title'],
  ['a NUL in a title', {title: 'a\u0000b'}, 'title'],
  ['an escape sequence in a title', {title: '\u001B[31mred'}, 'title'],
  ['half a surrogate pair', {title: '\uD800'}, 'title'],
  ['a description that is too long', {title: 'a', description: 'x'.repeat(10_001)}, 'description'],
  ['a NUL in a description', {title: 'a', description: 'a\u0000'}, 'description'],
  ['a priority out of range', {title: 'a', priority: 9}, 'priority'],
  ['a priority in words', {title: 'a', priority: 'high'}, 'priority'],
  ['51 tags', {title: 'a', tags: Array.from({length: 51}, (_, n) => `t${n}`)}, 'tags'],
  ['a tag with a space', {title: 'a', tags: ['two words']}, 'tags[0]'],
  ['an unknown field', {title: 'a', completed_at: '2026-12-01T09:00:00Z'}, 'completed_at'],
  ['a date that is none', {title: 'a', due_at: 'tomorrow'}, 'due_at'],
  ['30 February', {title: 'a', due_at: '2026-02-30T09:00:00Z'}, 'due_at'],
  ['the year 0', {title: 'a', due_at: '0000-01-01T00:00:00Z'}, 'due_at'],
  ['a year beyond 9999', {title: 'a', due_at: '+10000-01-01T00:00:00Z'}, 'due_at'],
  ['an instant without a zone', {title: 'a', due_at: '2026-12-01T09:00:00'}, 'due_at'],
  [
    'a rule that is none',
    {title: 'a', due_at: '2026-12-01T09:00:00Z', recurring_pattern: 'FREQ=SOMETIMES'},
    'recurring_pattern',
  ],
  ['an empty rule', {title: 'a', due_at: '2026-12-01T09:00:00Z', recurring_pattern: ''}, 'recurring_pattern'],
  [
    'a rule that never matches',
    {title: 'a', due_at: '2026-12-01T09:00:00Z', recurring_pattern: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'},
    'recurring_pattern',
  ],
  [
    'a rule with 0 as its interval',
    {title: 'a', due_at: '2026-12-01T09:00:00Z', recurring_pattern: 'FREQ=DAILY;INTERVAL=0'},
    'recurring_pattern',
  ],
  [
    'a rule that is too long',
    {title: 'a', due_at: '2026-12-01T09:00:00Z', recurring_pattern: `FREQ=DAILY;${'BYHOUR=1,'.repeat(90)}`},
    'recurring_pattern',
  ],
  [
    'an end before the due date',
    {
      title: 'a',
      due_at: '2026-12-01T09:00:00Z',
      recurring_pattern: 'daily',
      recurring_end_date: '2026-11-01T00:00:00Z',
    },
    'recurring_pattern',
  ],
  ['an end without a rule', {title: 'a', recurring_end_date: '2026-11-01T00:00:00Z'}, 'recurring_end_date'],
  ['a reminder without a due date', {title: 'a', reminders: [{offset_seconds: 60}]}, 'reminders'],
  [
    'a negative offset',
    {title: 'a', due_at: '2026-12-01T09:00:00Z', reminders: [{offset_seconds: -1}]},
    'reminders[0].offset_seconds',
  ],
  [
    'an unknown channel',
    {title: 'a', due_at: '2026-12-01T09:00:00Z', reminders: [{offset_seconds: 1, channels: ['pigeon']}]},
    'reminders[0].channels[0]',
  ],
  [
    'eleven reminders',
    {title: 'a', due_at: '2026-12-01T09:00:00Z', reminders: Array.from({length: 11}, () => ({offset_seconds: 1}))},
    'reminders',
  ],
  [
    'days beside anchor completion',
    {title: 'a', due_at: '2026-12-01T09:00:00Z', recurring_pattern: 'FREQ=WEEKLY;BYDAY=MO', anchor: 'completion'},
    'recurring_pattern',
  ],
]

describe('a request with something wrong is refused whole', () => {
  test.each(wrong)('%s', async (_name, body, field) => {
    const before = await rows()
    const answer = await create(body)
    expect(answer.status).toBe(422)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.body.errors?.map((error) => error.field)).toContain(field)
    expect(await rows()).toBe(before)
  })

  test('all faults are listed at once', async () => {
    const answer = await create({title: '', priority: 9, due_at: 'never', nonsense: 1})
    expect(answer.body.errors?.map((error) => error.field).toSorted()).toEqual([
      'due_at',
      'nonsense',
      'priority',
      'title',
    ])
  })
})

describe('a body that is no request', () => {
  test.each([
    ['malformed JSON', '{"title": ', {}, 400],
    ['JSON that is no object', '[1]', {}, 422],
    ['another content type', 'title=a', {'content-type': 'application/x-www-form-urlencoded'}, 415],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), {}, 400],
    ['ten megabytes', JSON.stringify({title: 'x'.repeat(10_000_000)}), {}, 413],
  ])('%s', async (_name, body, headers, status) => {
    const before = await rows()
    const answer = await create(body, {'content-type': 'application/json', ...headers})
    expect(answer.status).toBe(status)
    expect(answer.body.code).toBeDefined()
    expect(await rows()).toBe(before)
  })
})

test.each(['0', '-1', '1.5', 'abc', '99999999999999999999', "1'%20or%201=1", '1%00', '%F0%9F%98%80'])(
  'the id %s is a task that does not exist',
  async (id) => {
    for (const [method, path] of [
      ['GET', ''],
      ['PATCH', ''],
      ['DELETE', ''],
      ['POST', '/complete'],
      ['POST', '/reopen'],
      ['POST', '/skip'],
    ] as const) {
      const body = method === 'PATCH' ? {title: 'a'} : undefined
      const answer = await user.send<Problem>(method, `/tasks/${id}${path}`, body)
      expect(answer.status, `${method} ${id}`).toBe(404)
    }
  },
)

test.each([
  'view=closed',
  'limit=0',
  'limit=5000',
  'limit=many',
  'priority=7',
  'tag=two%20words',
  'cursor=nonsense',
  'cursor=W251bGwsInhdXQ',
  `cursor=${Buffer.from('["-271821-04-20T00:00:00.000Z",1]').toString('base64url')}`,
  `cursor=${Buffer.from('["+275760-09-13T00:00:00.000Z",1]').toString('base64url')}`,
  `cursor=${Buffer.from('["2026-12-01",1]').toString('base64url')}`,
  'due_from=yesterday',
  'search=%00',
  'unknown=1',
  'view=open&view=done',
])('the query %s is refused', async (search) => {
  const answer = await user.send<Problem>('GET', `/tasks?${search}`)
  expect(answer.status).toBe(422)
  expect(answer.body.errors?.length).toBeGreaterThan(0)
})

test.each(['"abc"', '-1', '1, 2'])('the If-Match %s is refused', async (header) => {
  const answer = await user.send<Problem>('PATCH', '/tasks/1', {title: 'a'}, {'if-match': header})
  expect(answer.status).toBe(400)
})

test('text that means something to SQL or HTML is kept as it is', async () => {
  const title = `Robert'); drop table todo.tasks; -- <b>"\\%_ \${x} 你好 👩‍👩‍👧 عربى`
  const made = await user.send('POST', '/tasks', {title, description: 'line\nline\ttab'})
  expect(made.status).toBe(201)
  const found = await user.send('GET', `/tasks?search=${encodeURIComponent("'); drop TABLE")}`)
  expect(found.body).toMatchObject({tasks: [{id: made.body.id, title}]})
  const literal = await user.send('GET', `/tasks?search=${encodeURIComponent('\\%_')}`)
  expect(literal.body).toMatchObject({tasks: [{id: made.body.id}]})
})

test('what is not there is said as a problem too', async () => {
  expect(await user.send('GET', '/nothing')).toMatchObject({
    status: 404,
    body: {code: 'route_not_found'},
  })
  expect(await user.send('PUT', '/tasks')).toMatchObject({
    status: 405,
    body: {code: 'method_not_allowed'},
  })
})
