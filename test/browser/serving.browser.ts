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
