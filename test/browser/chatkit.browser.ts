import {readFile} from 'node:fs/promises'
import {type Server, createServer} from 'node:http'
import {once} from 'node:events'
import type {AddressInfo} from 'node:net'
import type {Page} from 'playwright-core'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type WebApp, axeFindings, startWebApp} from './web-app.ts'

let app: WebApp
let elsewhere: Server
let origin: string
/** What was asked of the other origin. */
const asked: string[] = []
let isAway = false

beforeAll(async () => {
  const script = await readFile(new URL('chatkit-stand-in.js', import.meta.url))
  elsewhere = createServer(({url = ''}, response) => {
    asked.push(url)
    if (isAway) response.writeHead(503).end()
    else if (url === '/kit.js') response.setHeader('content-type', 'text/javascript').end(script)
    else response.setHeader('content-type', 'text/html').end('<!doctype html><title>frame</title>a frame of elsewhere')
  }).listen(0, '127.0.0.1')
  await once(elsewhere, 'listening')
  origin = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`
  app = await startWebApp({chatKit: {scriptUrl: `${origin}/kit.js`, domainKey: 'domain_test'}})
})
afterAll(async () => {
  await app.stop()
  elsewhere.closeAllConnections()
  elsewhere.close()
})

/** Which rule refuses a script of another origin still. */
const OTHER_SCRIPT = `new Promise((resolve) => {
  document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {once: true})
  const script = document.createElement('script')
  script.src = 'http://localhost:1/other.js'
  document.head.append(script)
})`

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('textbox', {name: 'Message'}).fill(text)
  await page.getByRole('button', {name: 'Send'}).click()
}

test('the component of elsewhere takes the place of the chat, and talks with /chatkit as the page does', async () => {
  const ada = await app.person()
  const page = await ada.open('/')
  await page.getByText('Nothing due today.').waitFor()
  // Only whoever opens the chat meets the other origin.
  expect(asked).toEqual([])
  await page.getByRole('button', {name: 'Chat', exact: true}).click()
  await say(page, 'buy milk today')
  await page.getByText(/^Added task \d+ "buy milk"/u).waitFor()
  await page.frameLocator('iframe[title="Chat"]').getByText('a frame of elsewhere').waitFor()
  await page.getByRole('log').getByRole('button', {name: 'Done', exact: true}).click()
  await page.getByText(/^Done: task/u).waitFor()
  expect((await ada.api('GET', '/tasks?view=done')).tasks).toMatchObject([{title: 'buy milk'}])
  expect(await page.getByRole('log').getByRole('button').allTextContents()).toEqual(['Undo'])
  expect(app.faults).toEqual([])

  // That one origin, and no other.
  const refused = await page.evaluate(OTHER_SCRIPT)
  expect(refused).toBe('script-src-elem')
  app.faults.length = 0
  await page.getByRole('button', {name: 'Close the chat'}).click()
  await expect.poll(async () => page.locator('openai-chatkit').count()).toBe(0)
  await page.close()

  // On a phone it is a page.
  const phone = await ada.openIn({viewport: {width: 390, height: 844}}, '/chat')
  await phone.getByRole('heading', {level: 1, name: 'Chat'}).waitFor()
  await say(phone, 'list')
  await phone.getByText('No tasks.').waitFor()
  expect(await axeFindings(phone)).toEqual([])
  expect(app.faults).toEqual([])
  await phone.context().close()
})

test('when it cannot be reached the chat of todo5 is there', async () => {
  isAway = true
  const ada = await app.person()
  const page = await ada.open('/')
  await page.getByText('Nothing due today.').waitFor()
  await page.getByRole('button', {name: 'Chat', exact: true}).click()
  await page.getByText('ChatKit could not be loaded.').waitFor()
  await page.getByRole('button', {name: 'Conversations'}).waitFor()
  expect(await axeFindings(page)).toEqual([])
  expect(app.faults).toEqual([])
  await page.close()
})
