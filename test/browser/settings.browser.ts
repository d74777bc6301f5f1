import {afterAll, beforeAll, expect, test} from 'vitest'
import {type WebApp, axeFindings, startWebApp} from './web-app.ts'

let app: WebApp
beforeAll(async () => {
  app = await startWebApp()
})
afterAll(async () => app.stop())

test('another time zone shows other times, of the same instants', async () => {
  const ada = await app.person()
  const {id} = await ada.api('POST', '/tasks', {title: 'Call', due_at: '2030-01-07T08:00:00Z'})
  const page = await ada.open('/settings/account')
  await page.getByLabel('Time zone').selectOption('Asia/Tokyo')
  await page.getByRole('button', {name: 'Save'}).click()
  await page.locator('.notice', {hasText: 'Saved.'}).waitFor()
  expect(await axeFindings(page)).toEqual([])
  expect(await ada.api('GET', '/profile')).toMatchObject({time_zone: 'Asia/Tokyo', name: 'Ada'})
  await page.goto(`/tasks/${id}`)
  await expect.poll(async () => page.getByLabel('Time', {exact: true}).inputValue()).toBe('17:00')
  await page.close()
})

test('a key is shown once, works, and is revoked', async () => {
  const ada = await app.person()
  const page = await ada.open('/settings/keys')
  await page.getByLabel('What for').fill('backup')
  await page.keyboard.press('Enter')
  const key = await page.getByLabel('Key “backup”').inputValue()
  const call = async () => (await fetch(`${app.origin}/api/v1/profile`, {headers: {'x-api-key': key}})).status
  expect(await call()).toBe(200)
  expect(await axeFindings(page)).toEqual([])
  await page.reload()
  await page.getByRole('button', {name: 'Revoke backup'}).click()
  expect(await page.content()).not.toContain(key)
  await page.getByRole('button', {name: 'Revoke backup'}).click()
  await page.locator('.notice', {hasText: 'The key is revoked'}).waitFor()
  await expect.poll(call).toBe(401)
  await page.close()
})

test('a calendar link is made, read by a program, and ended', async () => {
  const ada = await app.person()
  await ada.api('POST', '/tasks', {title: 'Pay rent', due_at: '2030-01-07T08:00:00Z', recurring_pattern: 'monthly'})
  const page = await ada.open('/settings/calendar')
  await page.getByRole('button', {name: 'Make a link'}).click()
  const made = new URL(await page.getByLabel('Address to subscribe to').inputValue())
  const read = async () => fetch(`${app.origin}${made.pathname}${made.search}`)
  const calendar = await (await read()).text()
  expect(calendar).toContain('SUMMARY:Pay rent\r\n')
  expect(calendar).toContain('RRULE:FREQ=MONTHLY\r\n')
  expect(await axeFindings(page)).toEqual([])
  await page.getByRole('button', {name: 'End the link'}).click()
  await page.getByText('There is no link.').waitFor()
  expect((await read()).status).toBe(401)
  await page.close()
})

test('single letters can be switched off, on this device', async () => {
  const ada = await app.person()
  const page = await ada.open('/settings/account')
  const check = page.getByRole('checkbox', {name: 'Single letters are shortcuts'})
  await check.uncheck()
  await page.reload()
  expect(await check.isChecked()).toBe(false)
  await page.close()
})

test('the way that is left stays on; a way that is not set up is refused in words', async () => {
  const ada = await app.person()
  const page = await ada.open('/settings/notifications')
  expect(await page.getByRole('checkbox', {name: 'E-mail'}).isDisabled()).toBe(true)
  expect(await axeFindings(page)).toEqual([])
  await page.close()
})

test('the export is a file; a deleted account says what went and what stays, and lets nobody in', async () => {
  const ada = await app.person()
  await ada.api('POST', '/tasks', {title: 'Mine'})
  const page = await ada.open('/settings/data')
  await page.getByRole('link', {name: 'Download'}).waitFor()
  expect(await axeFindings(page)).toEqual([])
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', {name: 'Download'}).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/^todo5-export-.*\.json$/u)
  await page.getByRole('button', {name: 'Delete the account…'}).click()
  await page.getByLabel('Your password').fill('not mine')
  await page.getByRole('button', {name: `Delete ${ada.email}`}).click()
  await page.getByRole('alertdialog').getByRole('alert').waitFor()
  await page.getByLabel('Your password').fill(ada.password)
  await page.getByRole('button', {name: `Delete ${ada.email}`}).click()
  await page.getByRole('alertdialog', {name: 'The account is deleted'}).waitFor()
  await page.getByText('Removed: 1 tasks').waitFor()
  expect(await axeFindings(page)).toEqual([])
  await page.getByRole('alertdialog').getByRole('button', {name: 'Close'}).last().click()
  await expect.poll(() => new URL(page.url()).pathname).toBe('/sign-in')
  await page.close()
  expect(app.faults).toEqual([])
})
