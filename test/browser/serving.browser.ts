import {afterAll, beforeAll, expect, test} from 'vitest'
import {type WebApp, axeFindings, startWebApp} from './web-app.ts'

let app: WebApp
beforeAll(async () => {
  app = await startWebApp()
})
afterAll(async () => app.stop())

test('each page of the list is there, without a fault and without a finding', async () => {
  const ada = await app.person()
  for (const [path, heading] of [
    ['/', 'Today'],
    ['/upcoming', 'Upcoming'],
    ['/all', 'All tasks'],
  ] as const) {
    const page = await ada.open(path)
    await page.getByRole('heading', {level: 1, name: heading}).waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.close()
  }
  expect(app.faults).toEqual([])
})

test('whoever is not signed in is led to sign in, and back', async () => {
  const context = await app.context()
  const page = app.watch(await context.newPage())
  await page.goto('/all?tag=home')
  await expect.poll(() => page.url()).toBe(`${app.origin}/sign-in?to=%2Fall%3Ftag%3Dhome`)
  await context.close()
})

test('the first load is at most 200 kB, packed, with the font', async () => {
  const ada = await app.person()
  const page = await ada.open('/')
  await page.getByText('Nothing due today.').waitFor()
  const loaded = await page.evaluate(() => {
    const entries = performance.getEntriesByType('resource') as unknown as {name: string; encodedBodySize: number}[]
    return entries.map(({name, encodedBodySize}) => ({name, bytes: encodedBodySize}))
  })
  // Menus come when the page stands there and nothing is to be done.
  const first = loaded.filter(({name}) => name.includes('/assets/') && !name.includes('/menu-'))
  expect(first.length).toBeGreaterThan(5)
  expect(first.some(({name}) => name.endsWith('.woff2'))).toBe(true)
  const sum = first.reduce((total, {bytes}) => total + bytes, 0)
  expect(sum).toBeGreaterThan(50_000)
  expect(sum, JSON.stringify(first)).toBeLessThanOrEqual(200_000)
  await page.close()
})

test('without live updates for longer than a moment it is said, and what was missed is read when they are back', async () => {
  const ada = await app.person()
  const page = await ada.open('/all')
  await page.getByText('Nothing is open.').waitFor()
  let isAway = true
  await page.route('**/api/v1/live', async (route) => (isAway ? route.abort() : route.continue()))
  // As when a proxy ends the stream: the page comes back by itself.
  await page.reload()
  await page.getByText('Live updates paused, reconnecting.').waitFor()
  expect(await axeFindings(page)).toEqual([])
  await ada.api('POST', '/tasks', {title: 'Came meanwhile'})
  isAway = false
  await page.getByText('Came meanwhile').waitFor()
  await expect.poll(async () => page.getByText('Live updates paused').count()).toBe(0)
  await page.close()
})
