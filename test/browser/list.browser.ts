import type {Page} from 'playwright-core'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type Person, type WebApp, axeFindings, startWebApp} from './web-app.ts'

let app: WebApp
let ada: Person
beforeAll(async () => {
  app = await startWebApp()
  ada = await app.person()
})
afterAll(async () => app.stop())

const rowOf = (page: Page, title: string) => page.locator('[data-task]').filter({hasText: title})
const boxOf = (page: Page) => page.getByRole('textbox', {name: 'Add a task'})
const titles = async (page: Page): Promise<string[]> => page.locator('.row-title').allTextContents()

test('typed, understood, added; done, the next one appears in its place and in a second window; undone', async () => {
  const page = await ada.open('/all')
  const other = await ada.open('/all')
  await boxOf(page).fill('water the plants every day at 7am #home')
  await page.getByText('every day').waitFor()
  await page.getByText(/^then \d+ \w+, \d+ \w+$/u).waitFor()
  await boxOf(page).press('Enter')
  await rowOf(page, 'water the plants').waitFor()
  await rowOf(other, 'water the plants').waitFor()
  expect(await boxOf(page).inputValue()).toBe('')
  const first = await rowOf(page, 'water the plants').getAttribute('data-task')

  await rowOf(page, 'water the plants').getByRole('checkbox').check()
  await page.locator('.row-closing').waitFor()
  await page
    .locator('.row-next')
    .getByText(/^Next: /u)
    .waitFor()
  const second = await rowOf(page, 'water the plants').getAttribute('data-task')
  expect(second).not.toBe(first)
  await expect.poll(async () => rowOf(other, 'water the plants').getAttribute('data-task')).toBe(second)
  await expect.poll(async () => page.getByTestId('announcer').textContent()).toMatch(/Done: water the plants\. Next: /u)

  await page.getByRole('button', {name: 'Undo'}).click()
  for (const window of [page, other])
    await expect.poll(async () => rowOf(window, 'water the plants').getAttribute('data-task')).toBe(first)
  await Promise.all([page.close(), other.close()])
  expect(app.faults).toEqual([])
})

test('a question is answered by a button; a title with HTML is text', async () => {
  const page = await ada.open('/all')
  await boxOf(page).fill('call mum on 03/04')
  await boxOf(page).press('Enter')
  const choice = page.locator('.quick-add-question button').first()
  await expect.poll(async () => choice.evaluate((button) => button.matches(':focus'))).toBe(true)
  await choice.press('Enter')
  await expect.poll(async () => page.locator('.quick-add-question').count()).toBe(0)
  await boxOf(page).press('Enter')
  await rowOf(page, 'call mum').waitFor()
  await boxOf(page).fill('<img src=x onerror=alert(1)> tomorrow')
  await boxOf(page).press('Enter')
  await rowOf(page, '<img src=x onerror=alert(1)>').waitFor()
  expect(await page.locator('.list img').count()).toBe(0)
  await page.close()
  expect(app.faults).toEqual([])
})

test('offline: the change waits, is named, and is sent once when the connection is back', async () => {
  const {id} = await ada.api('POST', '/tasks', {title: 'Buy stamps'})
  const page = await ada.open('/all')
  await rowOf(page, 'Buy stamps').waitFor()
  const keys: (string | undefined)[] = []
  page.on('request', (request) => {
    if (request.url().endsWith(`/tasks/${id}/complete`)) keys.push(request.headers()['idempotency-key'])
  })
  await page.context().setOffline(true)
  await rowOf(page, 'Buy stamps').getByRole('checkbox').check()
  await page.getByText('Offline. 1 change will be sent when you are back.').waitFor()
  await rowOf(page, 'Buy stamps').getByText('not sent yet').waitFor()
  expect(await axeFindings(page)).toEqual([])
  // What waits outlives the page: another window of the same browser sends it, too.
  await page.context().setOffline(false)
  await expect.poll(async () => (await ada.api('GET', `/tasks/${id}`)).completed_at).not.toBeNull()
  await expect.poll(async () => page.getByText('Offline.').count()).toBe(0)
  await expect.poll(async () => rowOf(page, 'Buy stamps').count()).toBe(0)
  expect(new Set(keys).size).toBe(1)
  await page.close()
})

test('offline: what is added and done outlives the window, and another one of this browser sends it, once', async () => {
  const eve = await app.person()
  const series = {title: 'Feed the cat', due_at: '2036-12-01T09:00:00Z', recurring_pattern: 'daily'}
  const {id} = await eve.api('POST', '/tasks', series)
  const posts: [path: string, key: string | undefined][] = []
  eve.context.on('request', (request) => {
    const {pathname} = new URL(request.url())
    if (request.method() === 'POST' && pathname.startsWith('/api/v1/tasks'))
      posts.push([pathname, request.headers()['idempotency-key']])
  })
  const page = await eve.open('/all')
  await rowOf(page, 'Feed the cat').waitFor()
  await boxOf(page).fill('buy bread')
  await page.locator('.quick-add-reading').waitFor()
  await eve.context.setOffline(true)
  await boxOf(page).press('Enter')
  await page.getByText('Offline. 1 change will be sent when you are back.').waitFor()
  await rowOf(page, 'Feed the cat').getByRole('checkbox').check()
  await page.getByText('Offline. 2 changes will be sent when you are back.').waitFor()
  await rowOf(page, 'Feed the cat').getByText('not sent yet').waitFor()
  await page.close()
  await eve.context.setOffline(false)
  expect((await eve.api('GET', '/tasks')).tasks).toMatchObject([{id}])

  const later = await eve.open('/all')
  await rowOf(later, 'buy bread').waitFor()
  await expect.poll(async () => rowOf(later, 'Feed the cat').getAttribute('data-task')).not.toBe(String(id))
  const {tasks} = await eve.api('GET', '/tasks')
  expect(tasks).toMatchObject([{title: 'Feed the cat', predecessor_id: id}, {title: 'buy bread'}])
  const keysOf = (end: string) => new Set(posts.filter(([path]) => path.endsWith(end)).map(([, key]) => key))
  expect([keysOf('/tasks').size, keysOf('/complete').size]).toEqual([1, 1])
  await later.close()
})

test('a conflict is said in the row, with both ways out', async () => {
  const {id} = await ada.api('POST', '/tasks', {title: 'Pay the gas', due_at: '2036-03-04T09:00:00Z'})
  const page = await ada.open('/all')
  await rowOf(page, 'Pay the gas').waitFor()
  // It changed, and this window has not heard of it.
  await page.route('**/api/v1/live', async (route) => route.abort())
  await page.route(`**/api/v1/tasks/${id}`, async (route) => route.abort())
  await page.reload()
  await rowOf(page, 'Pay the gas').waitFor()
  await ada.api('PATCH', `/tasks/${id}`, {due_at: '2036-03-05T09:00:00Z'})
  await rowOf(page, 'Pay the gas').getByRole('checkbox').check()
  await page.getByText(/Changed in another window: due .* → .*\./u).waitFor()
  expect(await axeFindings(page)).toEqual([])
  await page.getByRole('button', {name: 'Complete it all the same'}).click()
  await expect.poll(async () => (await ada.api('GET', `/tasks/${id}`)).completed_at).not.toBeNull()
  await page.close()
})

test('a search that finds nothing offers the word that was meant, and the way back to all', async () => {
  await ada.api('POST', '/tasks', {title: 'Visit the dentist'})
  const page = await ada.open('/all?search=dentsit')
  await page.getByText('No task matches dentsit.').waitFor()
  await page.getByRole('button', {name: 'dentist', exact: true}).click()
  await rowOf(page, 'Visit the dentist').waitFor()
  const search = page.getByRole('searchbox', {name: 'Search'})
  expect(await search.inputValue()).toBe('dentist')
  await search.fill('xyzzy')
  await page.getByRole('button', {name: 'Show all'}).click()
  await rowOf(page, 'Visit the dentist').waitFor()
  await expect.poll(async () => search.inputValue()).toBe('')
  await expect.poll(() => new URL(page.url()).search).toBe('')
  await page.close()
})

test('by keys alone: add, walk, open the sheet, done, undo', async () => {
  const page = await ada.open('/all?search=by+keys')
  await page.getByText('No task matches').waitFor()
  for (const title of ['by keys one', 'by keys two']) {
    await page.keyboard.press('Escape')
    await page.keyboard.press('q')
    await page.keyboard.type(title)
    await page.keyboard.press('Enter')
    await rowOf(page, title).waitFor()
  }
  await page.keyboard.press('Escape')
  await page.keyboard.press('j')
  await page.keyboard.press('j')
  const focused = async () =>
    page.evaluate(() => (globalThis as any).document.activeElement?.closest('[data-task]')?.textContent) // oxlint-disable-line typescript/no-explicit-any -- it runs in the page
  expect(await focused()).toContain('by keys two')
  await page.keyboard.press('k')
  expect(await focused()).toContain('by keys one')
  await page.keyboard.press('?')
  await page.getByRole('dialog', {name: 'Keys'}).waitFor()
  expect(await axeFindings(page)).toEqual([])
  await page.keyboard.press('Escape')
  await expect.poll(async () => page.getByRole('dialog').count()).toBe(0)
  await expect.poll(focused).toContain('by keys one')
  await page.keyboard.press('Space')
  await expect.poll(async () => titles(page)).toEqual(['by keys two'])
  // The row is gone: the one in its place has the focus.
  await expect.poll(focused).toContain('by keys two')
  await page.keyboard.press('u')
  await expect.poll(async () => titles(page)).toEqual(['by keys one', 'by keys two'])
  await page.keyboard.press('g')
  await page.keyboard.press('u')
  await expect.poll(() => new URL(page.url()).pathname).toBe('/upcoming')
  await page.close()
  expect(app.faults.filter((fault) => !fault.includes('ERR_'))).toEqual([])
})
