import {mkdir} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {Page} from 'playwright-core'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {DESKTOP, PHONE, openState, tooWide} from './open-state.ts'
import {PAGES, type People, STATES, peopleOf} from './states.ts'
import {type WebApp, axeFindings, startWebApp} from './web-app.ts'

/** Where the pictures go; SHOTS names another folder. */
const FOLDER = process.env['SHOTS'] ?? join(tmpdir(), 'todo5-screenshots')
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

/** Takes the picture, and tells what is wrong with the page. */
async function shoot(page: Page, name: string): Promise<string[]> {
  await page.screenshot({path: join(FOLDER, `${name}.png`)})
  return [...(await axeFindings(page)), ...(await tooWide(page))]
}

describe.each(SIZES)('$size', ({size, options}) => {
  test.each(STATES)('$name, light and dark: a picture, and nothing that axe finds', async (state) => {
    const page = await openState({app, people}, state, options)
    for (const theme of THEMES) {
      await page.emulateMedia({colorScheme: theme})
      expect(await shoot(page, `${state.name}-${size}-${theme}`), theme).toEqual([])
    }
    await page.context().close()
  })
})

test.each(PAGES)('320px, $name: nothing is wider than the window, nor found by axe', async (state) => {
  const page = await openState({app, people}, state, NARROWEST)
  expect(await shoot(page, `${state.name}-320px`)).toEqual([])
  await page.context().close()
})

test('no page said an error, or was refused something by the content security policy', () => {
  expect(app.faults).toEqual([])
})
