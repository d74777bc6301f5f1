import {join} from 'node:path'
import type {Page} from 'playwright-core'
import {describe, expect, test} from 'vitest'
import {DESKTOP, PHONE, PICTURES, openState, tooWide, useStage} from './open-state.ts'
import {STATES, type State} from './states.ts'

const stage = useStage()

/** Letters twice as large as the browser's setting says, as somebody sets it who reads badly (WCAG 1.4.4). */
const doubled = async (page: Page): Promise<void> => page.evaluate(`document.documentElement.style.fontSize = '32px'`)

/**
 * What has words that cannot be read without scrolling sideways, or that are cut off. A title in a list has two lines by
 * design and is whole on its page; the text of a rule is code, which scrolls.
 */
const cutOff = async (page: Page): Promise<string[]> =>
  page.evaluate(`{
    const isMeant = '.row-title, .list-coming a, .rule-place, .field-input, .quick-add-box'
    const found = []
    for (const element of document.querySelectorAll('body *')) {
      const style = getComputedStyle(element)
      const isHeardOnly = style.clipPath === 'inset(50%)'
      if (element.matches(isMeant) || isHeardOnly || style.visibility === 'hidden' || element.getClientRects().length === 0) continue
      const {scrollWidth, clientWidth, scrollHeight, clientHeight} = element
      const name = element.outerHTML.slice(0, 120)
      if (style.overflowX !== 'visible' && scrollWidth > clientWidth + 1) found.push('cut off: ' + name)
      // The border of a field is within its height.
      if (style.overflowY === 'hidden' && scrollHeight > clientHeight + 2) found.push('cut off below: ' + name)
    }
    // A button or a choice whose words stand outside of it.
    for (const element of document.querySelectorAll('.button, .chip-face, .nav-link, select, .row-priority, kbd')) {
      const box = element.getBoundingClientRect()
      const range = document.createRange()
      range.selectNodeContents(element)
      const words = range.getBoundingClientRect()
      if (element.tagName !== 'SELECT' && words.width > 0 && (words.right > box.right + 1 || words.bottom > box.bottom + 1))
        found.push('stands out: ' + element.outerHTML.slice(0, 120))
    }
    found
  }`)

const named = (names: RegExp): readonly State[] => STATES.filter(({name}) => names.test(name))
const DIFFICULT =
  /^(?:today|understood|all-end|keys|task-(?:changed|history|delete)|repeat-(?:weekly|monthly)|settings-(?:account|notifications|keys)|sign-in)$/u

describe.each([
  ['a phone', 'phone', PHONE, DIFFICULT],
  ['a wide window', 'desktop', DESKTOP, /^(?:all-filtered|task-changed|settings-keys)$/u],
] as const)('letters twice as large, on %s', (_what, size, options, names) => {
  test.each(named(names))('$name: nothing is cut off, nor scrolled sideways', async (state) => {
    const page = await openState(stage(), state, options, doubled)
    await page.screenshot({path: join(PICTURES, `${state.name}-${size}-large.png`)})
    expect([...(await tooWide(page)), ...(await cutOff(page))]).toEqual([])
    await page.context().close()
  })
})

/** A window of 1280 px, at 200 % and at 400 % (WCAG 1.4.10). */
describe.each([
  [640, /^(?:task-changed|repeat-monthly)$/u],
  [320, /^(?:task-delete|repeat-weekly|settings-keys)$/u],
] as const)('zoomed in: %s px', (width, names) => {
  test.each(named(names))('$name: nothing is cut off, nor scrolled sideways', async (state) => {
    const page = await openState(stage(), state, {viewport: {width, height: 400}})
    expect([...(await tooWide(page)), ...(await cutOff(page))]).toEqual([])
    await page.context().close()
  })
})

test('letters have the sizes of the scale: a rem is that of the browser, and fields have 16 px, or phones zoom in', async () => {
  const page = await openState(
    stage(),
    STATES.find(({name}) => name === 'sign-in')!,
    PHONE,
  )
  const size = async (selector: string): Promise<string> =>
    page.evaluate(`getComputedStyle(document.querySelector('${selector}')).fontSize`)
  expect([await size('html'), await size('body'), await size('h1'), await size('.field-input')]).toEqual([
    '16px',
    '15px',
    '28px',
    '17px',
  ])
  await page.context().close()
})
