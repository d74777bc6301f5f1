import {randomUUID} from 'node:crypto'
import {setTimeout as delay} from 'node:timers/promises'
import {afterAll, beforeAll, expect, test, vi} from 'vitest'
import {compileRecurrence} from '../../services/domain/recurrence/index.ts'
import {type EmbeddedAnswer, type EmbeddedTodo5, startEmbeddedTodo5} from '../support/embedded-todo5.ts'

/**
 * What people complain about in task applications, a test each, through the public interface alone with everything
 * running. Each works with tasks of its own, found by a tag.
 */
let running: EmbeddedTodo5
const api: EmbeddedTodo5['api'] = async (...request) => running.api(...request)

beforeAll(async () => {
  running = await startEmbeddedTodo5()
})
afterAll(async () => running.stop())

const DAY = 86_400_000
const WAIT = {prefer: 'wait=10'}
type Json = EmbeddedAnswer['body']

/** Days from now, at 09:00 UTC. */
const inDays = (days: number): string => iso(Math.floor(Date.now() / DAY) * DAY + days * DAY + 9 * 3_600_000)
const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')
const at = (text: string): number => Date.parse(text)

async function ok(answer: Promise<EmbeddedAnswer>): Promise<Json> {
  const {status, text, body} = await answer
  expect(status, text).toBeLessThan(300)
  return body
}

const add = async (task: Record<string, unknown>): Promise<Json> =>
  ok(api('POST', '/tasks', {title: `Theme ${randomUUID()}`, reminders: [], ...task}))
/** Asks again while the next occurrence is still being made; that changes nothing. */
async function done(id: number): Promise<Json> {
  const answer = await ok(api('POST', `/tasks/${id}/complete`, undefined, WAIT))
  return answer.next_pending ? done(id) : answer
}
async function skip(id: number, until?: string): Promise<Json> {
  const answer = await ok(api('POST', `/tasks/${id}/skip`, until === undefined ? {} : {until}, WAIT))
  return answer.next_pending ? skip(id, until) : answer
}
const edit = async (id: number, scope: string, changes: Record<string, unknown>): Promise<Json> =>
  ok(api('PATCH', `/tasks/${id}?scope=${scope}`, changes))
const undo = async (id?: number): Promise<Json> => ok(api('POST', '/undo', id === undefined ? {} : {id}))
const get = async (id: number): Promise<Json> => ok(api('GET', `/tasks/${id}`))
const seriesOf = async (id: number, next = 0): Promise<Json> =>
  ok(api('GET', `/tasks/${id}/series?limit=100&next=${next}`))
const remindersOf = async (id: number): Promise<Json[]> => (await get(id)).reminders
/** Open occurrences of the tasks with that tag. */
const open = async (tag: string): Promise<Json[]> => (await ok(api('GET', `/tasks?tag=${tag}`))).tasks
const mails = async (title: string): Promise<Json[]> =>
  (await ok(api('GET', '/mailbox?limit=100'))).mails.filter((mail: Json) => mail.subject.includes(title))
const newTag = (): string => randomUUID()
const LONG = {timeout: 90_000, interval: 100}
vi.setConfig({testTimeout: 300_000})

test('1. what is done weeks late comes back once, in the future', async () => {
  const tag = newTag()
  const task = await add({tags: [tag], due_at: inDays(-21), recurring_pattern: 'daily'})
  const {completed, next} = await done(task.id)
  expect(at(next.due_at)).toBeGreaterThan(at(completed.completed_at))
  expect(at(next.due_at) - at(completed.completed_at)).toBeLessThanOrEqual(DAY)
  expect((await open(tag)).map(({id}) => id)).toEqual([next.id])
  // Twenty or twenty-one mornings passed with nothing done, and are told, not asked for again.
  expect((await seriesOf(next.id)).statistics.missed).toBeGreaterThanOrEqual(20)
})

test('2. missed occurrences do not pile up; one by one only for who wants it', async () => {
  const tag = newTag()
  const each = await add({tags: [tag], due_at: inDays(-3), recurring_pattern: 'daily', catch_up: 'each'})
  expect(await open(tag)).toHaveLength(1)
  let current = each
  for (const days of [-2, -1, 0]) {
    current = (await done(current.id)).next
    expect(current.due_at).toBe(inDays(days))
    expect(await open(tag)).toHaveLength(1)
  }
})

test('3. nothing gets lost while nothing runs', async () => {
  const missed = await add({due_at: inDays(-40), recurring_pattern: 'monthly'})
  const title = `While away ${randomUUID()}`
  const due = Math.ceil(Date.now() / 1000) * 1000 + 4000
  await add({title, due_at: iso(due), reminders: [{offset_seconds: 0}]})
  const {id} = await add({due_at: inDays(1), recurring_pattern: 'daily'})
  await ok(api('POST', `/tasks/${id}/complete`))
  await running.restart(async () => {
    while (Date.now() < due + 1000) await delay(100)
  })
  // The event of a completion that nobody had handled yet, a reminder that came due, and what was open all the time.
  const successor = async () => (await seriesOf(id)).occurrences.map(({due_at: date}: Json) => date)
  await expect.poll(successor, LONG).toEqual([inDays(2), inDays(1)])
  await expect.poll(async () => mails(title), LONG).toHaveLength(1)
  expect(await get(missed.id)).toMatchObject({due_at: missed.due_at, completed_at: null})
})

test('4. one occurrence never appears twice', async () => {
  const tag = newTag()
  const task = await add({tags: [tag], due_at: inDays(1), recurring_pattern: 'weekly on mon,thu'})
  const answers = await Promise.all(Array.from({length: 12}, async () => done(task.id)))
  const ids = new Set(answers.map(({next}) => next.id))
  expect(ids.size).toBe(1)
  await ok(api('POST', `/tasks/${task.id}/reopen`))
  const again = await done(task.id)
  expect(await open(tag)).toEqual([expect.objectContaining({id: again.next.id})])
  expect((await seriesOf(task.id)).occurrences.map(({state}: Json) => state)).toEqual(['open', 'done'])
})

test('5. the next date can count from the completion', async () => {
  const task = await add({due_at: inDays(-10), recurring_pattern: 'every 3 days', anchor: 'completion'})
  const {completed, next} = await done(task.id)
  const day = Math.floor(at(completed.completed_at) / DAY) * DAY
  expect(next.due_at).toBe(iso(day + 3 * DAY + 9 * 3_600_000))
})

test.each([
  ['monthly on the last friday', ['2037-01-30', '2037-02-27', '2037-03-27']],
  ['FREQ=MONTHLY;BYDAY=2TU', ['2037-01-13', '2037-02-10', '2037-03-10']],
  ['FREQ=MONTHLY;BYMONTHDAY=-1', ['2037-01-31', '2037-02-28', '2037-03-31']],
  ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', ['2037-01-30', '2037-02-27', '2037-03-31']],
  ['FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=1', ['2037-04-01', '2037-07-01', '2037-10-01']],
  ['weekdays', ['2037-01-02', '2037-01-05', '2037-01-06']],
  ['yearly', ['2038-01-01', '2039-01-01', '2040-01-01']],
])('6. the last friday, the second tuesday, working days, every few months, years: %s', async (pattern, dates) => {
  let current = await add({due_at: '2037-01-01T09:00Z', recurring_pattern: pattern})
  const found: string[] = []
  for (const _ of dates) {
    current = (await done(current.id)).next
    found.push(current.due_at.slice(0, 10))
  }
  expect(found).toEqual(dates)
})

test.each([
  ['FREQ=MONTHLY;BYMONTHDAY=31', ['2037-03-31', '2037-05-31', '2037-07-31']],
  ['FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1', ['2037-02-28', '2037-03-31', '2037-04-30']],
])('7. the end of the month stays the end of the month: %s', async (pattern, dates) => {
  let current = await add({due_at: '2037-01-31T09:00Z', recurring_pattern: pattern})
  const found: string[] = []
  for (const _ of dates) {
    current = (await done(current.id)).next
    found.push(current.due_at.slice(0, 10))
  }
  expect(found).toEqual(dates)
})

test('8. a series ends after its last date or its number, neither earlier nor later', async () => {
  const ends: Record<string, unknown>[] = [
    {recurring_pattern: 'FREQ=DAILY;COUNT=3'},
    {recurring_pattern: 'FREQ=DAILY;UNTIL=20370103T090000Z'},
    {recurring_pattern: 'daily', recurring_end_date: '2037-01-03T09:00Z'},
  ]
  for (const end of ends) {
    const first = await add({due_at: '2037-01-01T09:00Z', ...end})
    const second = (await done(first.id)).next
    const third = (await done(second.id)).next
    expect(third).toMatchObject({due_at: '2037-01-03T09:00:00Z', next_occurrence: null})
    expect(await done(third.id)).toMatchObject({next: null, next_pending: false})
    expect((await seriesOf(third.id)).live).toBe(false)
  }
})

test('9. a change reaches this one, this and the following, or all', async () => {
  const first = await add({title: 'before', due_at: '2037-01-01T09:00Z', recurring_pattern: 'daily'})
  const second = (await done(first.id)).next
  await edit(second.id, 'this', {title: 'only here'})
  const third = (await done(second.id)).next
  expect(third.title).toBe('before')
  await edit(third.id, 'following', {title: 'from here', due_at: '2037-01-03T18:00Z'})
  const fourth = (await done(third.id)).next
  expect(fourth).toMatchObject({title: 'from here', due_at: '2037-01-04T18:00:00Z'})
  const titles = async () => Promise.all([first, second, third, fourth].map(async ({id}) => (await get(id)).title))
  expect(await titles()).toEqual(['before', 'only here', 'from here', 'from here'])
  expect(fourth.series_id).not.toBe(first.series_id)
  await edit(fourth.id, 'all', {title: 'everywhere'})
  expect(await titles()).toEqual(['everywhere', 'everywhere', 'everywhere', 'everywhere'])
  expect((await done(fourth.id)).next).toMatchObject({title: 'everywhere', due_at: '2037-01-05T18:00:00Z'})
  const history = (await seriesOf(first.id)).occurrences
  expect(history.map(({state}: Json) => state)).toEqual(['open', 'done', 'done', 'done', 'done'])
})

test('10. one is skipped, or a whole holiday, and is seen as skipped', async () => {
  const tag = newTag()
  const first = await add({tags: [tag], due_at: '2037-01-01T09:00Z', recurring_pattern: 'daily'})
  const {skipped, next} = await skip(first.id)
  expect([skipped.length, next.due_at]).toEqual([1, '2037-01-02T09:00:00Z'])
  const holiday = await skip(next.id, '2037-01-08T23:59:59Z')
  expect(holiday.skipped).toHaveLength(7)
  expect(holiday.next.due_at).toBe('2037-01-09T09:00:00Z')
  const states = async () => (await seriesOf(first.id)).occurrences.map(({state}: Json) => state)
  expect(await states()).toEqual(['open', ...Array.from({length: 8}, () => 'skipped')])
  // One undo brings the holiday back as it was, and leaves what was skipped before it.
  await undo()
  expect(await states()).toEqual(['open', 'skipped'])
  expect((await open(tag)).map(({id}) => id)).toEqual([next.id])
  const later = (await done(next.id)).next
  expect(later.due_at).toBe('2037-01-03T09:00:00Z')
})

test('11. what was done stays to be seen, and a mistaken completion is taken back', async () => {
  const tag = newTag()
  const first = await add({tags: [tag], due_at: inDays(1), recurring_pattern: 'daily'})
  const second = (await done(first.id)).next
  const third = (await done(second.id)).next
  const undone = await undo()
  expect(undone.undone).toMatchObject({change: 'complete', task_ids: [second.id]})
  expect(undone.removed_task_ids).toEqual([third.id])
  expect((await open(tag)).map(({id}) => id)).toEqual([second.id])
  expect(await get(first.id)).toMatchObject({completed_at: expect.any(String)})
  const again = (await done(second.id)).next
  expect(again.due_at).toBe(third.due_at)
  const {occurrences, statistics} = await seriesOf(again.id)
  expect(occurrences.map(({state}: Json) => state)).toEqual(['open', 'done', 'done'])
  expect(statistics).toMatchObject({done: 2, late: 0})
  const listed = (await ok(api('GET', `/tasks?view=done&tag=${tag}`))).tasks
  expect(new Set(listed.map(({id}: Json) => id))).toEqual(new Set([first.id, second.id]))
})

test('12. the next one can be done early, or moved by itself', async () => {
  const monday = await add({due_at: '2037-01-05T09:00Z', recurring_pattern: 'weekly on mon'})
  const second = (await done(monday.id)).next
  expect(second.due_at).toBe('2037-01-12T09:00:00Z')
  await edit(second.id, 'this', {due_at: '2037-01-09T07:00Z'})
  const third = (await done(second.id)).next
  expect(third.due_at).toBe('2037-01-19T09:00:00Z')
})

test('13. no date slips by an hour or a day, over clock changes and saving again and again', async () => {
  // Clocks change in Berlin on 29 March 2037, in New York on 8 March.
  let current = await add({due_at: '2037-03-06T23:30Z', recurring_pattern: 'daily'})
  for (let day = 7; day <= 31; day++) {
    current = (await done(current.id)).next
    expect(current.due_at).toBe(`2037-03-${String(day).padStart(2, '0')}T23:30:00Z`)
  }
  const wholeDay = await add({due_at: '2037-03-29T21:59:59Z', due_has_time: false})
  for (let n = 0; n < 3; n++) {
    const {due_at: due, due_has_time: hasTime} = await get(wholeDay.id)
    await ok(api('PATCH', `/tasks/${wholeDay.id}`, {due_at: due, due_has_time: hasTime, title: `saved ${n}`}))
  }
  expect(await get(wholeDay.id)).toMatchObject({due_at: '2037-03-29T21:59:59Z', due_has_time: false})
  const summer = await add({due_at: '2037-10-25T02:30:00+02:00'})
  expect(summer.due_at).toBe('2037-10-25T00:30:00Z')
})

test('14. several reminders arrive, and one nags until the task is done', async () => {
  const title = `Nag ${randomUUID()}`
  const due = Math.ceil(Date.now() / 1000) * 1000 + 5000
  const {id} = await add({
    title,
    due_at: iso(due),
    reminders: [{offset_seconds: 1}, {offset_seconds: 0, nag_every_seconds: 3600}],
  })
  await expect.poll(async () => mails(title), LONG).toHaveLength(2)
  const nagging = async () => (await remindersOf(id)).find(({nag_every_seconds: every}) => every !== null)
  await expect.poll(nagging, LONG).toMatchObject({state: 'scheduled'})
  expect(at((await nagging())!.reminder_at) - due).toBeGreaterThanOrEqual(3_600_000)
  await done(id)
  expect(await nagging()).toMatchObject({state: 'cancelled'})
  expect((await get(id)).reminder_at).toBeNull()
})

test('15. snoozing moves the reminder, and leaves the series alone', async () => {
  const tag = newTag()
  const task = await add({
    tags: [tag],
    due_at: inDays(3),
    recurring_pattern: 'daily',
    reminders: [{offset_seconds: 3600}, {offset_seconds: 60}],
  })
  const snoozed = await ok(api('POST', `/tasks/${task.id}/snooze`, {until: inDays(4)}))
  expect(snoozed).toMatchObject({
    due_at: task.due_at,
    occurrence_at: task.occurrence_at,
    recurring_pattern: task.recurring_pattern,
    version: task.version,
    reminder_at: inDays(4),
  })
  // Past the next occurrence, and again, further: still one reminder and one open task.
  await ok(api('POST', `/tasks/${task.id}/snooze`, {until: inDays(5)}))
  const waiting = async () => (await remindersOf(task.id)).filter(({state}) => state === 'scheduled')
  expect(await waiting()).toEqual([expect.objectContaining({reminder_at: inDays(5)})])
  expect(await open(tag)).toHaveLength(1)
  const {next} = await done(task.id)
  expect(await waiting()).toEqual([])
  expect(next.due_at).toBe(inDays(4))
  expect((await remindersOf(next.id)).map(({reminder_at: time}) => at(next.due_at) - at(time))).toEqual([
    3_600_000, 60_000,
  ])
})

test('16. a reminder that was sent is not sent again, not even after restarts and edits', async () => {
  const title = `Once ${randomUUID()}`
  const soon = (): string => iso(Math.ceil(Date.now() / 1000) * 1000 + 4000)
  const {id} = await add({title, due_at: soon(), reminders: [{offset_seconds: 0}], recurring_pattern: 'daily'})
  await expect.poll(async () => mails(title), LONG).toHaveLength(1)
  await expect.poll(async () => get(id), LONG).toMatchObject({reminder_sent: true})
  await running.restart()
  await ok(api('PATCH', `/tasks/${id}?scope=this`, {description: 'Changed after it was sent.'}))
  // What was made last is sent last: then the first one has had its time.
  const later = `Later ${randomUUID()}`
  await add({title: later, due_at: soon(), reminders: [{offset_seconds: 0}]})
  await expect.poll(async () => mails(later), LONG).toHaveLength(1)
  expect(await mails(title)).toHaveLength(1)
})

test('18. the coming dates are seen before saving, and are those that come', async () => {
  const rule = 'FREQ=MONTHLY;BYDAY=-1FR;COUNT=5'
  const due = '2037-01-30T09:00:00Z'
  const preview = compileRecurrence({rule, start: at(due)})
    .between(at(due) + 1, at('2040-01-01T00:00Z'), 10)
    .map(iso)
  const task = await add({due_at: due, recurring_pattern: rule})
  expect((await seriesOf(task.id, 10)).coming).toEqual(preview)
  const found: string[] = []
  for (let current = (await done(task.id)).next; current !== null; current = (await done(current.id)).next)
    found.push(current.due_at)
  expect(found).toEqual(preview)
})
