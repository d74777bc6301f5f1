import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import type {Page} from 'playwright-core'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {packagePath} from '../../services/package-root.ts'
import {startPushService} from './push-service.ts'
import {type Person, type WebApp, axeFindings, startWebApp} from './web-app.ts'

const FOLDER = process.env['SHOTS'] ?? packagePath('coverage', 'screenshots')
const SIZES = {phone: {width: 390, height: 844}, desktop: {width: 1280, height: 800}}

let app: WebApp
beforeAll(async () => {
  app = await startWebApp()
})
afterAll(async () => app.stop())

/** A task whose reminder comes in a moment. */
const remindSoon = async (person: Person, title: string): Promise<{id: number}> =>
  person.api('POST', '/tasks', {
    title,
    due_at: new Date(Date.now() + 3000).toISOString(),
    reminders: [{offset_seconds: 0}],
  })

const shown = async (page: Page): Promise<[title: string, body: string][]> =>
  page.evaluate(async () => {
    const worker = await (globalThis as any).navigator.serviceWorker.ready // oxlint-disable-line typescript/no-explicit-any -- it runs in the page
    const all = (await worker.getNotifications()) as {title: string; body: string}[]
    return all.map(({title, body}): [string, string] => [title, body])
  })

const isSubscribed = async (page: Page): Promise<boolean> =>
  page.evaluate(async () => {
    const worker = await (globalThis as any).navigator.serviceWorker.getRegistration('/') // oxlint-disable-line typescript/no-explicit-any -- it runs in the page
    return ((await worker?.pushManager.getSubscription()) ?? null) !== null
  })

test('the worker comes from the root, to be asked for each time, and answers no requests of pages', async () => {
  const answer = await fetch(`${app.origin}/sw.js`)
  expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
    200,
    'text/javascript; charset=utf-8',
    'no-cache',
  ])
  const script = await answer.text()
  expect(script).toContain('showNotification')
  expect(script).not.toMatch(/["'`]fetch["'`]|caches\b|^\s*import\b/u)
})

test('after the first reminder it is asked; then reminders are shown here, lead to their task, and end with the session', async () => {
  const ada = await app.person()
  await using service = await startPushService(app, ada)
  const page = await ada.open('/')
  await page.getByText('Nothing due today.').waitFor()
  const question = page.getByRole('region', {name: 'Also remind you on this device?'})
  expect(await question.count()).toBe(0)
  await remindSoon(ada, 'Call the dentist')
  await question.waitFor()
  await mkdir(FOLDER, {recursive: true})
  for (const [name, size] of Object.entries(SIZES))
    for (const theme of ['light', 'dark'] as const) {
      await page.setViewportSize(size)
      await page.emulateMedia({colorScheme: theme, reducedMotion: 'reduce'})
      await page.screenshot({path: join(FOLDER, `push-question-${name}-${theme}.png`)})
      expect(await axeFindings(page), `${name} ${theme}`).toEqual([])
    }
  expect(await ada.api('GET', '/profile/devices')).toEqual({devices: []})
  await question.getByRole('button', {name: 'Turn on'}).click()
  await page.locator('.notice', {hasText: 'Reminders come to this device too.'}).waitFor()
  expect(await question.count()).toBe(0)
  expect(await ada.api('GET', '/profile')).toMatchObject({channels: ['email', 'push']})

  const {id} = await remindSoon(ada, 'Water <b>the plants</b>')
  await expect.poll(service.count).toBe(1)
  await service.deliver(page, 0)
  await expect.poll(async () => shown(page)).toMatchObject([['Water <b>the plants</b>', expect.any(String)]])
  // A second copy, as after a process died at the wrong time, is the same notification.
  await service.deliver(page, 0)
  await expect.poll(async () => shown(page)).toHaveLength(1)

  const worker = await service.worker()
  await worker.evaluate(`(async () => {
    const [notification] = await registration.getNotifications()
    dispatchEvent(new NotificationEvent('notificationclick', {notification}))
  })()`)
  await expect.poll(() => new URL(page.url()).pathname).toBe(`/tasks/${id}`)
  expect(await shown(page)).toEqual([])

  await page.goto('/settings/notifications')
  await page.getByText('Chrome on Linux (this one)').waitFor()
  await page.getByText(/Last reached/u).waitFor()
  expect(await axeFindings(page)).toEqual([])
  await service.deliver(page, 0)
  await expect.poll(async () => shown(page)).toHaveLength(1)
  expect(await isSubscribed(page)).toBe(true)
  await page.goto('/settings/account')
  await page.getByRole('button', {name: 'Sign out', exact: true}).click()
  await expect.poll(() => new URL(page.url()).pathname).toBe('/sign-in')
  expect(await isSubscribed(page)).toBe(false)
  expect(await shown(page)).toEqual([])
  expect(await ada.api('GET', '/profile/devices')).toEqual({devices: []})
  expect(await ada.api('GET', '/profile')).toMatchObject({channels: ['email']})
  expect(app.faults).toEqual([])
})

test('whoever says "Not now" is not asked again on this device', async () => {
  const ada = await app.person()
  await using _service = await startPushService(app, ada)
  const page = await ada.open('/')
  await page.getByText('Nothing due today.').waitFor()
  await remindSoon(ada, 'Came before the page')
  const seen = page.getByRole('button', {name: 'Seen'})
  await seen.waitFor()
  await page.reload()
  await seen.waitFor()
  expect(await page.getByText('Also remind you on this device?').count()).toBe(0)
  await seen.click()
  await page.getByRole('button', {name: 'Not now'}).click()
  await page.reload()
  await page.getByText('Came before the page').first().waitFor()
  await remindSoon(ada, 'Came after it')
  await page.getByRole('region', {name: 'A reminder came'}).getByText('Came after it').waitFor()
  await seen.click()
  expect(await page.getByText('Also remind you on this device?').count()).toBe(0)
  await page.close()
})

test('turned on and off in the settings; a changed address is sent by the worker', async () => {
  const ada = await app.person()
  await using service = await startPushService(app, ada)
  const page = await ada.open('/settings/notifications')
  await page.getByText('Needs a browser that shows notifications: turn it on below.').waitFor()
  expect(await page.getByRole('checkbox', {name: 'Push'}).isDisabled()).toBe(true)
  await page.getByRole('button', {name: 'Turn on for this browser'}).click()
  await page.getByText('Chrome on Linux (this one)').waitFor()
  await expect.poll(async () => page.getByRole('checkbox', {name: 'Push'}).isChecked()).toBe(true)
  const {
    devices: [first],
  } = await ada.api('GET', '/profile/devices')
  expect(first).toMatchObject({label: 'Chrome on Linux', service: new URL(service.endpoint).origin})
  await service.move(page, '/two')
  await expect
    .poll(async () => (await ada.api('GET', '/profile/devices')).devices.map(({id}: {id: number}) => id))
    .toEqual([expect.toSatisfy((id: number) => id !== first.id)])
  await page.reload()
  await page.getByRole('button', {name: 'Turn off for this browser'}).click()
  await page.getByRole('button', {name: 'Turn on for this browser'}).waitFor()
  expect(await ada.api('GET', '/profile/devices')).toEqual({devices: []})
  await expect.poll(async () => page.getByRole('checkbox', {name: 'Push'}).isChecked()).toBe(false)
  await page.close()
  expect(app.faults).toEqual([])
})

test('a browser that does not let todo5 notify is told of how to allow it', async () => {
  const ada = await app.person()
  await ada.context.addInitScript(() => {
    // oxlint-disable-next-line typescript/no-explicit-any -- it runs in the page
    Object.defineProperty((globalThis as any).Notification, 'permission', {get: () => 'denied'})
  })
  const page = await ada.open('/settings/notifications')
  await page.getByText('This browser does not let todo5 notify you.').waitFor()
  expect(await page.getByRole('button', {name: 'Turn on for this browser'}).count()).toBe(0)
  expect(await axeFindings(page)).toEqual([])
  await page.close()
})
