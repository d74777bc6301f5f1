import type {Page} from 'playwright-core'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {eventually} from '../support/eventually.ts'
import {type WebApp, axeFindings, startWebApp} from './web-app.ts'

const SYDNEY = {timezoneId: 'Australia/Sydney'}

let app: WebApp
beforeAll(async () => {
  app = await startWebApp()
})
afterAll(async () => app.stop())

async function at(path: string, options = {}): Promise<Page> {
  const page = app.watch(await (await app.context(options)).newPage())
  await page.goto(path)
  return page
}
const heading = async (page: Page, name: string) => page.getByRole('heading', {name, exact: true}).waitFor()
const press = async (page: Page, name: string) => page.getByRole('button', {name, exact: true}).click()

/** Three sign-ins in ten seconds are let in from one address, with those of the tests before: a fourth is told so, and tried again. */
async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await press(page, 'Sign in')
  const tooMany = page.getByRole('alert').getByText('Too many requests')
  const isIn = async (): Promise<boolean> => {
    if ((await tooMany.count()) > 0) await press(page, 'Sign in')
    return new URL(page.url()).pathname !== '/sign-in'
  }
  await expect.poll(isIn, {interval: 1000}).toBe(true)
}

test('somebody signs up with the zone of the device, by the keyboard alone, and is at Today', async () => {
  const page = await at('/', SYDNEY)
  await heading(page, 'Sign in')
  await page.getByRole('link', {name: 'Create one'}).click()
  await heading(page, 'Create your account')
  await page.getByText('Time zone: Australia/Sydney, from this device.').waitFor()
  await page.getByLabel('Name').focus()
  await page.keyboard.type('Ada')
  await page.keyboard.press('Tab')
  await page.keyboard.type('keyboard@example.com')
  await page.keyboard.press('Tab')
  await page.keyboard.type('correct horse')
  await page.keyboard.press('Enter')
  await page.getByText('Nothing due today.').waitFor()
  const profile = await page.evaluate(async () => (await fetch('/api/v1/profile')).json())
  expect(profile).toMatchObject({email: 'keyboard@example.com', name: 'Ada', time_zone: 'Australia/Sydney'})
  await page.context().close()
})

test('a wrong password is said; after the right one the page that was asked for is there', async () => {
  const {email, password} = await app.person()
  const page = await at('/all?search=rent')
  await heading(page, 'Sign in')
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill('wrong horse')
  await press(page, 'Sign in')
  await page.getByRole('alert').getByText('Invalid email or password').waitFor()
  expect(await axeFindings(page)).toEqual([])
  await signIn(page, email, password)
  await page.waitForURL('**/all?search=rent')
  await page.context().close()
})

test('a forgotten password: the mail, its link, a new one; the link is not left in the address', async () => {
  const {email} = await app.person()
  const page = await at('/forgot-password')
  await page.getByLabel('E-mail').fill(email)
  await press(page, 'Send the link')
  await page.getByText(`If ${email} has an account here`).waitFor()
  const link = await eventually('the mail is there', async () => {
    const {body: list} = await app.running.api('GET', '/mailbox')
    const mail = (list.mails as {id: number; to: string}[]).find(({to}) => to === email)
    if (!mail) return undefined
    const {body: read} = await app.running.api('GET', `/mailbox/${mail.id}`)
    return /http\S+\/reset-password#\S+/u.exec(read.text as string)?.[0]
  })
  // A mail opens a new window.
  const reset = app.watch(await page.context().newPage())
  await reset.goto(link)
  await reset.getByLabel('New password').fill('battery staple')
  expect(new URL(reset.url()).hash).toBe('')
  await press(reset, 'Set password')
  await reset.getByText('The new password is set').waitFor()
  await reset.getByRole('link', {name: 'Sign in'}).click()
  await signIn(reset, email, 'battery staple')
  await reset.getByText('Nothing due today.').waitFor()
  const again = app.watch(await page.context().newPage())
  await again.goto(link)
  await again.getByLabel('New password').fill('a third password')
  await press(again, 'Set password')
  await again.getByRole('alert').getByText('Invalid token').waitFor()
  await page.context().close()
})

test('the link of todo5 open app signs in once, and is not left in the address', async () => {
  const {body: made} = await app.running.api('POST', '/operator/sign-in-link')
  const page = await at(made.url as string)
  await page.getByText('Nothing due today.').waitFor()
  expect(page.url()).toBe(`${app.origin}/`)
  const other = await at(made.url as string)
  await other.getByRole('alert').getByText('This link was used already').waitFor()
  expect(new URL(other.url()).hash).toBe('')
  await page.context().close()
  await other.context().close()
})

test('a device is let in, and another one refused', async () => {
  const person = await app.person()
  const begin = async () =>
    (await app.running.call('POST', '/api/auth/device/code', {}, {client_id: 'todo5-cli'})).body as {
      user_code: string
      device_code: string
      verification_uri_complete: string
    }
  const [wanted, unwanted] = [await begin(), await begin()]
  const page = await at(wanted.verification_uri_complete)
  await heading(page, 'Sign in')
  await signIn(page, person.email, person.password)
  await heading(page, 'Sign a device in')
  const shown = `${wanted.user_code.slice(0, 4)}-${wanted.user_code.slice(4)}`
  expect(await page.getByLabel('Code').inputValue()).toBe(shown)
  await press(page, 'Continue')
  await page.getByText(`with the code ${shown}`).waitFor()
  expect(await axeFindings(page)).toEqual([])
  await press(page, 'Sign it in')
  await page.getByText('The device is signed in.').waitFor()
  const token = async (code: string) =>
    app.running.call(
      'POST',
      '/api/auth/device/token',
      {},
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
        device_code: code,
        client_id: 'todo5-cli',
      },
    )
  expect((await token(wanted.device_code)).body).toMatchObject({token_type: 'Bearer'})

  await page.goto('/device')
  await page.getByLabel('Code').fill('nonsense')
  await press(page, 'Continue')
  await page.getByRole('alert').getByText('Invalid user code').waitFor()
  await page.getByLabel('Code').fill(unwanted.user_code.toLowerCase())
  await press(page, 'Continue')
  await press(page, 'Refuse')
  await page.getByText('The device was not signed in.').waitFor()
  expect((await token(unwanted.device_code)).body).toMatchObject({code: 'access_denied'})
  await page.context().close()
})

test('none of these pages said an error', () => {
  expect(app.faults).toEqual([])
})
