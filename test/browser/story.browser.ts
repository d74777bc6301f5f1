import {execFile} from 'node:child_process'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'
import type {Page} from 'playwright-core'
import {Webhook} from 'standardwebhooks'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {packagePath} from '../../services/package-root.ts'
import {WebReceiver} from '../support/web-receiver.ts'
import {startPushService} from './push-service.ts'
import {type Person, type WebApp, startWebApp} from './web-app.ts'

const GENEROUS = {timeout: 120_000}
const HOUR = 3_600_000

let app: WebApp
beforeAll(async () => {
  app = await startWebApp()
})
afterAll(async () => app.stop())

const rowOf = (page: Page, title: string) => page.locator('[data-task]').filter({hasText: title})
const idOf = async (page: Page, title: string): Promise<number> =>
  Number(await rowOf(page, title).getAttribute('data-task'))

/** A page that was loaded anew does not have it any more. */
const mark = async (page: Page): Promise<unknown> => page.evaluate('globalThis.wasNeverReloaded = true')
const isMarked = async (page: Page): Promise<unknown> => page.evaluate('globalThis.wasNeverReloaded')

async function signUp(page: Page, email: string): Promise<void> {
  await page.goto('/')
  await page.getByRole('link', {name: 'Create one'}).click()
  await page.getByLabel('Name').fill('Ada')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill('correct horse')
  await page.getByRole('button', {name: 'Create account'}).click()
  await page.getByText('Nothing due today.').waitFor()
}

/** The tasks of which mails came to an address, in the order in which they came. */
async function mailed(to: string): Promise<number[]> {
  const {body} = await app.running.api('GET', '/mailbox?limit=100')
  const own = (body.mails as {id: number; to: string}[]).filter((mail) => mail.to === to).map(({id}) => id)
  const texts = await Promise.all(
    own.sort((a, b) => a - b).map(async (id) => (await app.running.api('GET', `/mailbox/${id}`)).body.text as string),
  )
  return texts.map((text) => Number(/\/tasks\/(\d+)/u.exec(text)?.[1]))
}

test(
  'signed up, reminded by mail, push and webhook, done: the next one appears in the other window, and its reminder comes once',
  {timeout: 600_000},
  async () => {
    const context = await app.context({timezoneId: 'UTC'})
    await using push = await startPushService(app, {context})
    await using receiver = await WebReceiver.start()
    const email = 'story@example.com'
    const page = app.watch(await context.newPage())
    await signUp(page, email)

    await page.goto('/settings/notifications')
    const way = (name: string) => page.getByRole('checkbox', {name})
    await expect.poll(async () => way('E-mail').isChecked()).toBe(true)
    await page.getByRole('button', {name: 'Turn on for this browser'}).click()
    await page.getByText('Chrome on Linux (this one)').waitFor()
    await page.getByLabel('Address', {exact: true}).fill(`${receiver.url}/reminders`)
    await page.keyboard.press('Enter')
    const secret = await page.getByLabel('Secret of the webhook').inputValue()
    for (const name of ['Push', 'Webhook']) await expect.poll(async () => way(name).isChecked()).toBe(true)

    const pushed = () => (push.messages() as {tasks: {id: number}[]}[]).map(({tasks}) => tasks.map(({id}) => id).join())
    const hooked = () =>
      receiver.received.map(({body, headers}) => {
        const {data} = new Webhook(secret).verify(body, headers as Record<string, string>) as {
          data: {reminders: {task_id: number}[]}
        }
        return data.reminders.map(({task_id: id}) => id).join()
      })
    const told = async () => ({mail: (await mailed(email)).map(String), push: pushed(), webhook: hooked()})
    const toldOf = (...ids: number[]) => {
      const each = ids.map(String)
      return {mail: each, push: each, webhook: each}
    }

    await page.goto('/all')
    const other = app.watch(await context.newPage())
    await other.goto('/all')
    for (const window of [page, other]) {
      await window.getByText('Nothing is open.').waitFor()
      await mark(window)
    }
    // Half a day away: the reminder of the first one was to come a day ago, and comes at once; that of the second within a minute.
    const firstDue = Math.ceil(Date.now() / HOUR) * HOUR + 12 * HOUR
    const minutes = Math.floor((firstDue + 24 * HOUR - Date.now()) / 60_000)
    const at = new Date(firstDue).toISOString().slice(11, 16)
    await page
      .getByRole('textbox', {name: 'Add a task'})
      .fill(`water the plants every day at ${at}, remind me ${minutes} minutes before`)
    await page.getByText('every day').waitFor()
    await page.keyboard.press('Enter')
    for (const window of [page, other]) await rowOf(window, 'water the plants').waitFor()
    const first = await idOf(page, 'water the plants')
    await expect.poll(told, GENEROUS).toEqual(toldOf(first))

    await rowOf(page, 'water the plants').getByRole('checkbox').check()
    await expect.poll(async () => idOf(other, 'water the plants'), GENEROUS).not.toBe(first)
    const next = await idOf(other, 'water the plants')
    await expect.poll(async () => idOf(page, 'water the plants'), GENEROUS).toBe(next)
    await expect.poll(told, GENEROUS).toEqual(toldOf(first, next))

    // What comes after it would have come before: a reminder of another task tells that nothing of the two was on its way.
    const due = new Date(Date.now() + 3000).toISOString()
    const made = await page.evaluate(
      async (body) => {
        const headers = {'content-type': 'application/json'}
        return (await fetch('/api/v1/tasks', {method: 'POST', headers, body})).json() as Promise<{id: number}>
      },
      JSON.stringify({title: 'call mum', due_at: due, reminders: [{offset_seconds: 0}]}),
    )
    await expect.poll(told, GENEROUS).toEqual(toldOf(first, next, made.id))
    await rowOf(other, 'call mum').waitFor()
    expect(await told()).toEqual(toldOf(first, next, made.id))
    for (const window of [page, other]) expect(await isMarked(window)).toBe(true)
    expect(app.faults).toEqual([])
    await context.close()
  },
)

/** The command line, in a process of its own, as this person. */
async function todo5(person: Person, ...line: string[]): Promise<unknown> {
  const env = {
    ...process.env,
    TODO5_API_URL: app.running.todo5.apiUrl,
    TODO5_API_KEY: person.apiKey,
    TODO5_HOME: join(tmpdir(), 'todo5-that-is-not-there'),
    NO_COLOR: '1',
  }
  const {stdout} = await promisify(execFile)(process.execPath, [packagePath('bin', 'dev.js'), ...line, '--json'], {env})
  return JSON.parse(stdout)
}

async function twoWindows(person: Person, title: string): Promise<Page[]> {
  const windows = [await person.open('/all'), await person.openIn({}, '/all')]
  for (const window of windows) {
    await rowOf(window, title).waitFor()
    await mark(window)
  }
  return windows
}

test(
  'done by the command line: the next one is in two windows; what they missed is there when they are back',
  {timeout: 600_000},
  async () => {
    const ada = await app.person()
    const title = 'Feed the cat'
    await ada.api('POST', '/tasks', {title, due_at: '2036-12-01T09:00:00Z', recurring_pattern: 'daily'})
    const windows = await twoWindows(ada, title)
    const ids = async () => Promise.all(windows.map(async (window) => idOf(window, title)))
    const openId = async (): Promise<number> => (await ada.api('GET', '/tasks')).tasks[0].id
    const complete = async (): Promise<number> => {
      const before = await openId()
      await todo5(ada, 'task', 'done', String(before))
      await expect.poll(openId, GENEROUS).not.toBe(before)
      return openId()
    }
    const second = await complete()
    await expect.poll(ids, GENEROUS).toEqual([second, second])

    const offline = async (is: boolean) => Promise.all(windows.map(async (window) => window.context().setOffline(is)))
    await offline(true)
    for (const window of windows) await window.getByText('Offline.').waitFor()
    const third = await complete()
    expect(await ids()).toEqual([second, second])
    await offline(false)
    await expect.poll(ids, GENEROUS).toEqual([third, third])
    const fourth = await complete()
    await expect.poll(ids, GENEROUS).toEqual([fourth, fourth])

    await app.running.restart(undefined, {samePort: true})
    const fifth = await complete()
    await expect.poll(ids, GENEROUS).toEqual([fifth, fifth])
    // The stream is there again, too: what is read once would not show the one after it.
    const sixth = await complete()
    await expect.poll(ids, GENEROUS).toEqual([sixth, sixth])
    for (const window of windows) expect(await isMarked(window)).toBe(true)
    for (const window of windows) await window.close()
  },
)

test('what was missed is read in a list that was not in sight, too', async () => {
  const ada = await app.person()
  const {id} = await ada.api('POST', '/tasks', {title: 'Pay rent', due_at: '2036-12-01T09:00:00Z'})
  const page = await ada.open('/all')
  await rowOf(page, 'Pay rent').waitFor()
  await page.getByRole('searchbox', {name: 'Search'}).fill('rent')
  await page.waitForURL('**/all?search=rent')
  await rowOf(page, 'Pay rent').waitFor()
  await page.context().setOffline(true)
  await page.getByText('Offline.').waitFor()
  await ada.api('POST', '/tasks', {title: 'Came meanwhile'})
  const answers: string[] = []
  page.on('response', (answer) => void answers.push(new URL(answer.url()).pathname))
  await page.context().setOffline(false)
  await expect
    .poll(() => answers.slice(answers.indexOf('/api/v1/live')).filter((path) => path === '/api/v1/tasks').length)
    .toBeGreaterThan(0)
  // Heard live, it is put into all lists.
  await ada.api('PATCH', `/tasks/${id}`, {priority: 3})
  await rowOf(page, 'Pay rent').getByText('High').waitFor()
  await page.getByRole('searchbox', {name: 'Search'}).fill('')
  await rowOf(page, 'Came meanwhile').waitFor()
  await page.close()
})
