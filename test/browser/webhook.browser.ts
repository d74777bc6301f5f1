import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {Webhook} from 'standardwebhooks'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {packagePath} from '../../services/package-root.ts'
import {WebReceiver} from '../support/web-receiver.ts'
import {type Person, type WebApp, axeFindings, startWebApp} from './web-app.ts'

const FOLDER = process.env['SHOTS'] ?? packagePath('coverage', 'screenshots')
const SIZES = [
  {name: 'phone', viewport: {width: 390, height: 844}, hasTouch: true, isMobile: true},
  {name: 'desktop', viewport: {width: 1280, height: 800}},
] as const

let app: WebApp
let eve: Person
beforeAll(async () => {
  app = await startWebApp()
  eve = await app.person()
})
afterAll(async () => app.stop())

test('a wrong address is explained; a right one is set up, tested, chosen for a reminder, and removed', async () => {
  const ada = await app.person()
  await using receiver = await WebReceiver.start()
  const page = await ada.open('/settings/notifications')
  const address = page.getByLabel('Address', {exact: true})
  await address.fill('http://example.org/reminders')
  await page.keyboard.press('Enter')
  await page.getByText('The address must be an https:// URL').waitFor()
  expect(await address.getAttribute('aria-invalid')).toBe('true')
  expect(await axeFindings(page)).toEqual([])

  await address.fill(`${receiver.url}/reminders`)
  await page.keyboard.press('Enter')
  const secret = await page.getByLabel('Secret of the webhook').inputValue()
  expect(await axeFindings(page)).toEqual([])
  const sendTest = page.getByRole('button', {name: 'Send a test'})
  await sendTest.click()
  await page.getByText('Taken. The receiver answered 200 as told.').waitFor()
  const [{headers, body}] = receiver.received as [(typeof receiver.received)[number]]
  expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({type: 'test'})
  receiver.respond = 500
  await sendTest.click()
  await page.getByText('Not taken. 500 as told. Look into the log of its server.').waitFor()
  expect(await axeFindings(page)).toEqual([])
  await expect.poll(async () => page.getByRole('checkbox', {name: 'Webhook'}).isChecked()).toBe(true)
  expect(await ada.api('GET', '/profile')).toMatchObject({channels: ['email', 'webhook']})

  const {id} = await ada.api('POST', '/tasks', {title: 'Call', due_at: '2030-01-07T08:00:00Z'})
  await page.goto(`/tasks/${id}`)
  const way = page.getByLabel('By which way')
  await expect.poll(async () => way.locator('option').allTextContents()).toContain('by webhook')
  expect(await way.locator('option').allTextContents()).not.toContain('by push')
  await way.selectOption({label: 'by webhook'})
  await page.getByRole('button', {name: 'Save'}).click()
  await expect
    .poll(async () => (await ada.api('GET', `/tasks/${id}`)).reminders)
    .toMatchObject([{channels: ['webhook']}])

  await page.goto('/settings/notifications')
  await page.getByText(/Last delivered/u).waitFor()
  expect(await page.content()).not.toContain(secret)
  await page.getByRole('button', {name: 'Remove the webhook'}).click()
  await page.getByRole('button', {name: 'Remove it'}).click()
  await address.waitFor()
  await expect.poll(async () => page.getByRole('checkbox', {name: 'Webhook'}).isChecked()).toBe(false)
  expect(await ada.api('GET', '/profile/webhook')).toMatchObject({url: null})
  expect(await ada.api('GET', '/profile')).toMatchObject({channels: ['email']})
  await page.close()
  expect(app.faults).toEqual([])
})

test('a receiver that is not there, and one that says it is gone, are told of', async () => {
  const ada = await app.person()
  const receiver = await WebReceiver.start()
  await ada.api('POST', '/profile/webhook', {url: receiver.url})
  await ada.api('PATCH', '/profile', {channels: ['webhook']})
  const page = await ada.open('/settings/notifications')
  receiver.respond = 410
  await page.getByRole('button', {name: 'Send a test'}).click()
  await page.getByText(/Ended .*its receiver said that it is gone/u).waitFor()
  const lost = page.getByText('Nothing can be sent by webhook any more.')
  await lost.waitFor()
  expect(await lost.innerText()).toContain(`reminders come by mail to ${ada.email}.`)
  expect(await axeFindings(page)).toEqual([])
  await receiver[Symbol.asyncDispose]()
  await page.getByRole('button', {name: 'Change…'}).click()
  await page.getByRole('button', {name: 'Set up the webhook'}).click()
  await page.getByRole('button', {name: 'Send a test'}).click()
  await page.getByText(/Not taken\. .*Is the address right, and does its server run\?/u).waitFor()
  expect(await lost.count()).toBe(0)
  expect(await axeFindings(page)).toEqual([])
  await page.close()
})

describe.each(SIZES)('on a $name', ({name, ...size}) => {
  test.each(['light', 'dark'] as const)(
    'in %s, the notifications: a picture, and nothing that axe finds',
    async (theme) => {
      await mkdir(FOLDER, {recursive: true})
      await using receiver = await WebReceiver.start()
      await eve.api('DELETE', '/profile/webhook')
      const keys = {p256dh: `B${'a'.repeat(86)}`, auth: 'b'.repeat(22)}
      for (const [place, label] of ['Firefox on Linux', 'Chrome on Android'].entries())
        await eve.api('POST', '/profile/devices', {endpoint: `https://push.example.org/${place}`, keys, label})
      const page = await eve.openIn({...size, colorScheme: theme, reducedMotion: 'reduce'}, '/settings/notifications')
      const shoot = async (file: string): Promise<void> => {
        await page.screenshot({path: join(FOLDER, `${file}-${name}-${theme}.png`), fullPage: true})
        expect(await axeFindings(page), `${file} ${name} ${theme}`).toEqual([])
      }
      await page.getByText('Chrome on Android').waitFor()
      await shoot('notifications')
      await page.getByLabel('Address', {exact: true}).fill(receiver.url)
      await page.keyboard.press('Enter')
      await page.getByRole('button', {name: 'Send a test'}).click()
      await page.getByText('Taken. The receiver answered').waitFor()
      await shoot('notifications-set-up')
      await page.context().close()
    },
  )
})
