import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {ICONS, ICON_FOLDER, drawIcon} from './draw-icons.ts'
import {type WebApp, axeFindings, startWebApp} from './web-app.ts'

let app: WebApp
beforeAll(async () => {
  app = await startWebApp()
})
afterAll(async () => app.stop())

test('the browser finds nothing wrong with the manifest, and gets all icons', async () => {
  const page = await (await app.context()).newPage()
  await page.goto('/sign-in')
  const devTools = await page.context().newCDPSession(page)
  const {url, errors, data} = await devTools.send('Page.getAppManifest')
  expect([url, errors]).toEqual([`${app.origin}/manifest.webmanifest`, []])
  const {icons} = JSON.parse(data!) as {icons: {src: string; type: string}[]}
  const hrefs = await page.locator('link[rel$="icon"]').evaluateAll((links) => links.map((link) => link.getAttribute('href')!)) // prettier-ignore
  for (const path of new Set([...icons.map(({src}) => src), ...hrefs])) {
    const answer = await fetch(`${app.origin}${path}`)
    expect([answer.status, answer.headers.get('content-type')?.split('/')[0]], path).toEqual([200, 'image'])
  }
  await page.context().close()
})

/** The mean difference of two pictures, 0 to 255; another release of the browser may draw an edge a little otherwise. */
const DIFFERENCE = `async ([first, second]) => {
  const pixels = async (base64) => {
    const image = await createImageBitmap(await (await fetch('data:image/png;base64,' + base64)).blob())
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d')
    context.drawImage(image, 0, 0)
    return context.getImageData(0, 0, image.width, image.height).data
  }
  const [a, b] = await Promise.all([pixels(first), pixels(second)])
  return a.length === b.length ? a.reduce((sum, value, at) => sum + Math.abs(value - b[at]), 0) / a.length : Infinity
}`

test.each(ICONS)('$file is made of the drawing: else run node test/browser/write-icons.ts', async (icon) => {
  const kept = await readFile(join(ICON_FOLDER, icon.file))
  expect(kept.length).toBeLessThan(20_000)
  const drawn = await drawIcon(app.browser, icon)
  const page = await app.browser.newPage()
  const pair = JSON.stringify([kept, drawn].map((bytes) => bytes.toString('base64')))
  expect(await page.evaluate<number>(`(${DIFFERENCE})(${pair})`)).toBeLessThan(2)
  await page.close()
})

const IPHONE = {
  viewport: {width: 390, height: 844},
  hasTouch: true,
  isMobile: true,
  userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1',
}

test('in a tab of an iPhone the settings say how notifications can be had', async () => {
  const ada = await app.person()
  const page = await ada.openIn(IPHONE, 'about:blank')
  // Safari has it in installed apps alone.
  await page.addInitScript('delete globalThis.PushManager')
  await page.goto('/settings/notifications')
  await page.getByText('only apps of the Home Screen may notify you').waitFor()
  expect(await page.getByRole('button', {name: 'Turn on for this browser'}).count()).toBe(0)
  expect(await axeFindings(page)).toEqual([])
  await page.context().close()
})
