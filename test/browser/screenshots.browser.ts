import {mkdir} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {BrowserContextOptions, Page} from 'playwright-core'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {PAGES, type People, STATES, type State, peopleOf} from './states.ts'
import {type WebApp, axeFindings, startWebApp} from './web-app.ts'

/** Where the pictures go; SHOTS names another folder. */
const FOLDER = process.env['SHOTS'] ?? join(tmpdir(), 'todo5-screenshots')
const PHONE = {viewport: {width: 390, height: 844}, hasTouch: true, isMobile: true}
const DESKTOP = {viewport: {width: 1280, height: 800}}
const SIZES = [
  {size: 'phone', options: PHONE},
  {size: 'desktop', options: DESKTOP},
]
const THEMES = ['light', 'dark'] as const
const NARROWEST = {...PHONE, viewport: {width: 320, height: 640}}

let app: WebApp
let people: People
beforeAll(async () => {
  app = await startWebApp()
  people = await peopleOf(app)
  await mkdir(FOLDER, {recursive: true})
})
afterAll(async () => app.stop())

/** What is wider than the window, which somebody would have to scroll sideways for. */
const tooWide = async (page: Page): Promise<string[]> =>
  page.evaluate(`{
    const width = document.documentElement.clientWidth
    document.documentElement.scrollWidth <= width
      ? []
      : [...document.querySelectorAll('body *')]
          .filter((element) => element.getBoundingClientRect().right > width + 1)
          .map((element) => element.outerHTML.slice(0, 120))
  }`)

async function openState(state: State, options: BrowserContextOptions): Promise<Page> {
  const all = {...options, reducedMotion: 'reduce' as const}
  const page =
    state.who === 'nobody'
      ? app.watch(await (await app.context(all)).newPage())
      : await people[state.who].openIn(all, 'about:blank')
  await state.before?.(page, people)
  await page.goto(typeof state.path === 'string' ? state.path : state.path(people))
  await state.ready(page, people)
  await page.evaluate('document.fonts.ready')
  return page
}

/** Takes the picture, and tells what is wrong with the page. */
async function shoot(page: Page, name: string): Promise<string[]> {
  await page.screenshot({path: join(FOLDER, `${name}.png`)})
  return [...(await axeFindings(page)), ...(await tooWide(page)).map((element) => `too wide: ${element}`)]
}

describe.each(SIZES)('$size', ({size, options}) => {
  test.each(STATES)('$name, light and dark: a picture, and nothing that axe finds', async (state) => {
    const page = await openState(state, options)
    for (const theme of THEMES) {
      await page.emulateMedia({colorScheme: theme})
      expect(await shoot(page, `${state.name}-${size}-${theme}`), theme).toEqual([])
    }
    await page.context().close()
  })
})

test.each(PAGES)('320px, $name: nothing is wider than the window, nor found by axe', async (state) => {
  const page = await openState(state, NARROWEST)
  expect(await shoot(page, `${state.name}-320px`)).toEqual([])
  await page.context().close()
})

test('no page said an error, or was refused something by the content security policy', () => {
  expect(app.faults).toEqual([])
})
