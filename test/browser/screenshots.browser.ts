import {join} from 'node:path'
import type {Page} from 'playwright-core'
import {describe, expect, test} from 'vitest'
import {DESKTOP, PHONE, PICTURES, openState, tooWide, useStage} from './open-state.ts'
import {PAGES, STATES} from './states.ts'
import {axeFindings} from './web-app.ts'

const SIZES = [
  {size: 'phone', options: PHONE},
  {size: 'desktop', options: DESKTOP},
]
const THEMES = ['light', 'dark'] as const
const NARROWEST = {...PHONE, viewport: {width: 320, height: 640}}

const stage = useStage()

/** Takes the picture, and tells what is wrong with the page. */
async function shoot(page: Page, name: string): Promise<string[]> {
  await page.screenshot({path: join(PICTURES, `${name}.png`)})
  return [...(await axeFindings(page)), ...(await tooWide(page))]
}

describe.each(SIZES)('$size', ({size, options}) => {
  test.each(STATES)('$name, light and dark: a picture, and nothing that axe finds', async (state) => {
    const page = await openState(stage(), state, options)
    for (const theme of THEMES) {
      await page.emulateMedia({colorScheme: theme})
      expect(await shoot(page, `${state.name}-${size}-${theme}`), theme).toEqual([])
    }
    await page.context().close()
  })
})

test.each(PAGES)('320px, $name: nothing is wider than the window, nor found by axe', async (state) => {
  const page = await openState(stage(), state, NARROWEST)
  expect(await shoot(page, `${state.name}-320px`)).toEqual([])
  await page.context().close()
})

test('no page said an error, or was refused something by the content security policy', () => {
  expect(stage().app.faults).toEqual([])
})
