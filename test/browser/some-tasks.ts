import type {Person} from './web-app.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const DETAIL = 'and tells what is to be done in every detail '
/** 500 letters, the most that a title may have. */
const LONGEST_TITLE = `${`A title that goes on and on ${DETAIL.repeat(12)}`.slice(0, 499)}.`

/** What a list of tasks is like: late ones, today's, repeating ones with a past, long and foreign titles. */
export async function addSomeTasks(person: Person): Promise<void> {
  const now = Date.now()
  const add = async (title: string, at: number | null, fields: object = {}): Promise<{id: number}> =>
    person.api('POST', '/tasks', {
      title,
      ...(at === null ? {} : {due_at: new Date(Math.floor(at / 60_000) * 60_000).toISOString()}),
      ...fields,
    })
  const finish = async (id: number, verb: 'complete' | 'skip'): Promise<number> => {
    const {next} = await person.api('POST', `/tasks/${id}/${verb}`, verb === 'skip' ? {} : undefined)
    return next.id as number
  }
  let {id} = await add('Water the plants', now - 9 * DAY, {
    recurring_pattern: 'FREQ=DAILY',
    catch_up: 'each',
    tags: ['home'],
  })
  for (const verb of ['complete', 'complete', 'skip', 'complete', 'complete', 'complete'] as const)
    id = await finish(id, verb)
  await add('Send the invoice to the bakery', now - 3 * HOUR, {priority: 3, tags: ['work']})
  // Today, also late in the evening.
  await add('Call the dentist', Math.min(now + 2 * HOUR, lastMinuteOfDay(now)))
  await add('Stand-up', now + 20 * HOUR, {recurring_pattern: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', tags: ['work']})
  await add('Pay rent', now + 9 * DAY, {recurring_pattern: 'FREQ=MONTHLY', priority: 2})
  await add('Bin day', now + 3 * DAY, {recurring_pattern: 'FREQ=WEEKLY', reminders: [{offset_seconds: 43_200}]})
  await add('موعد مع الطبيب في الصباح الباكر', now + 4 * DAY)
  await add(LONGEST_TITLE, now + 5 * DAY)
  await add('Book a table for the 40th 🎂 of Zoë', now + 6 * DAY)
  await add('Read the book about bread', null)
}

/** 23:59 of the day in Europe/Berlin, where people of these tests live; ms since the epoch. */
function lastMinuteOfDay(now: number): number {
  const clock = new Intl.DateTimeFormat('en-GB', {timeZone: 'Europe/Berlin', hour: 'numeric', minute: 'numeric'})
  const [hours, minutes] = clock.format(now).split(':').map(Number) as [number, number]
  return now + ((23 - hours) * 60 + 59 - minutes) * 60_000
}
