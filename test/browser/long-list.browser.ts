import {afterAll, beforeAll, expect, test} from 'vitest'
import {someTask} from '../../services/contracts/testing/some-task.ts'
import {type Person, type WebApp, startWebApp} from './web-app.ts'

const COUNT = 10_000

let app: WebApp
let ada: Person
beforeAll(async () => {
  app = await startWebApp()
  ada = await app.person()
})
afterAll(async () => app.stop())

// Fifty pages, each drawn: 8 s on a quiet machine, 80 s where seven others want its two cores.
test('ten thousand tasks: only those in sight are in the document, to the last one', {timeout: 360_000}, async () => {
  const page = await ada.open('/sign-in')
  const start = Date.UTC(2036, 0, 1)
  const tasks = Array.from({length: COUNT}, (_, index) =>
    someTask({
      id: index + 1,
      title: `Task number ${index + 1}`,
      due_at: new Date(start + index * 3_600_000).toISOString(),
    }),
  )
  await page.route('**/api/v1/tasks?*', async (route) => {
    const {searchParams} = new URL(route.request().url())
    const from = Number(searchParams.get('cursor') ?? 0)
    const to = from + Number(searchParams.get('limit'))
    await route.fulfill({json: {tasks: tasks.slice(from, to), next_cursor: to < COUNT ? String(to) : null}})
  })
  await page.goto('/all')
  await page.getByText('Task number 1', {exact: true}).waitFor()
  const rows = page.locator('[data-task]')
  let most = 0
  await expect
    .poll(
      async () => {
        await page.mouse.wheel(0, 60_000)
        most = Math.max(most, await rows.count())
        return page.getByText(`Task number ${COUNT}`, {exact: true}).count()
      },
      {timeout: 300_000, interval: 30},
    )
    .toBe(1)
  expect(most).toBeLessThan(80)
  const last = page.locator('li', {has: page.getByText(`Task number ${COUNT}`, {exact: true})})
  expect(await last.getAttribute('aria-posinset')).toBe(String(COUNT))
  await expect.poll(async () => last.getAttribute('aria-setsize')).toBe(String(COUNT))
  await page.close()
  expect(app.faults).toEqual([])
})

test('what was seen last is there at once, also when the list cannot be read', async () => {
  const page = await ada.open('/all')
  await ada.api('POST', '/tasks', {title: 'Seen before'})
  await page.getByText('Seen before').waitFor()
  const isKept = async (): Promise<boolean> =>
    page.evaluate(
      async () =>
        new Promise<boolean>((resolve) => {
          // oxlint-disable-next-line typescript/no-explicit-any -- it runs in the page
          const opened = (globalThis as any).indexedDB.open('todo5-snapshots')
          opened.addEventListener('success', () => {
            const asked = opened.result.transaction('snapshots').objectStore('snapshots').get('last')
            asked.addEventListener('success', () => resolve(JSON.stringify(asked.result ?? '').includes('Seen before')))
          })
        }),
    )
  await expect.poll(isKept).toBe(true)
  await page.route('**/api/v1/**', async (route) => route.abort())
  await page.reload()
  await page.getByText('Seen before').waitFor()
  await page.close()
})
