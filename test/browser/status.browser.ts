import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import type {BrowserContextOptions, Page} from 'playwright-core'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {OperatorStatusResponse} from '../../services/contracts/operator-status.ts'
import {DESKTOP, PHONE, PICTURES, tooWide} from './open-state.ts'
import {type WebApp, axeFindings, startWebApp} from './web-app.ts'

const SIZES = {phone: PHONE, desktop: DESKTOP}
const THEMES = ['light', 'dark'] as const
const API = '**/api/v1/operator/status'

let app: WebApp
beforeAll(async () => {
  app = await startWebApp()
  await mkdir(PICTURES, {recursive: true})
})
afterAll(async () => app.stop())

/** Signed in by the link that `todo5 open` uses. */
async function operatorPage(options: BrowserContextOptions = {}): Promise<Page> {
  const link = await app.running.api('POST', '/operator/sign-in-link')
  const page = app.watch(await (await app.context({...options, reducedMotion: 'reduce'})).newPage())
  const url = new URL(link.body.url as string)
  url.searchParams.set('to', '/status')
  await page.goto(url.href)
  await page.waitForURL(({pathname}) => pathname === '/status')
  return page
}

/** Takes the pictures, and tells what is wrong with the page. */
async function shoot(page: Page, name: string): Promise<string[]> {
  const found: string[] = []
  for (const theme of THEMES) {
    await page.emulateMedia({colorScheme: theme})
    await page.screenshot({path: join(PICTURES, `${name}-${theme}.png`), fullPage: true})
    found.push(...(await axeFindings(page)), ...(await tooWide(page)))
  }
  return found
}

test.each(Object.entries(SIZES))(
  '%s: the operator finds it in the settings, and sees that all is well',
  async (size, options) => {
    const page = await operatorPage(options)
    await page.goto('/settings/account')
    await page.getByRole('link', {name: 'Status', exact: true}).click()
    await page.getByText('All is well.').waitFor()
    expect(await page.locator('.status-services li').allInnerTexts()).toEqual(
      Array.from({length: 5}, () => expect.stringContaining('Works')),
    )
    expect(await page.getByText('Nothing waits').count()).toBe(1)
    expect(await shoot(page, `status-${size}`)).toEqual([])
    await page.context().close()
  },
)

test.each(Object.entries(SIZES))(
  '%s: a service that is away is shown as such, and comes back by itself',
  async (size, options) => {
    const page = await operatorPage(options)
    await page.route(API, async (route) => {
      const answer = await route.fetch()
      const status = (await answer.json()) as OperatorStatusResponse
      const services = status.services.map((one) =>
        one.service === 'notification-service' ? {...one, state: 'away', version: null, uptime_seconds: null} : one,
      )
      await route.fulfill({json: {...status, services, reminders: null}})
    })
    await page.goto('/status')
    await page.getByRole('status').filter({hasText: 'Reminders: this service does not answer.'}).waitFor()
    expect(await page.getByText('Not known now').count()).toBe(1)
    expect(await shoot(page, `status-away-${size}`)).toEqual([])
    await page.unroute(API)
    await page.getByText('All is well.').waitFor()
    await page.context().close()
  },
)

test('it looks again while it is seen, not while it is hidden, and at once when it is seen again', async () => {
  const page = await operatorPage()
  let looks = 0
  await page.route(API, async (route) => {
    looks++
    await route.continue()
  })
  await page.clock.install()
  await page.goto('/status')
  await page.getByText('All is well.').waitFor()
  const see = async (state: 'hidden' | 'visible') =>
    page.evaluate(`{
      Object.defineProperty(document, 'visibilityState', {value: '${state}', configurable: true})
      document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))
    }`)
  const seen = looks
  await page.clock.runFor(3100)
  await expect.poll(() => looks).toBeGreaterThan(seen)
  await see('hidden')
  const hidden = looks
  await page.clock.runFor(60_000)
  expect(looks).toBe(hidden)
  await see('visible')
  await expect.poll(() => looks).toBeGreaterThan(hidden)
  await page.context().close()
})

test('todo5 away: it says so, and shows how it was', async () => {
  const page = await operatorPage()
  await page.goto('/status')
  await page.getByText('All is well.').waitFor()
  await page.route(API, async (route) => route.abort())
  await page
    .getByRole('alert')
    .filter({hasText: /could not be reached. Trying again; below is how it was at/u})
    .waitFor()
  expect(await axeFindings(page)).toEqual([])
  await page.context().close()
})

test('who is no operator finds no link and no numbers; who is not signed in signs in first', async () => {
  const ada = await app.person()
  const page = await ada.open('/settings/account')
  await page.getByRole('heading', {name: 'Signed in'}).waitFor()
  expect(await page.getByRole('link', {name: 'Status', exact: true}).count()).toBe(0)
  await page.goto('/status')
  await page.getByText('This page is for the operators of this todo5.').waitFor()
  expect(await page.getByText('task-service').count()).toBe(0)
  expect(await axeFindings(page)).toEqual([])
  await page.close()
  const nobody = app.watch(await (await app.context()).newPage())
  await nobody.goto('/status')
  await nobody.waitForURL('**/sign-in?to=%2Fstatus')
  expect(await nobody.getByText('task-service').count()).toBe(0)
  await nobody.context().close()
  expect(app.faults).toEqual([])
})
