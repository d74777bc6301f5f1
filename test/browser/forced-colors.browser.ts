import {join} from 'node:path'
import type {Page} from 'playwright-core'
import {expect, test} from 'vitest'
import {DESKTOP, PHONE, PICTURES, openState, useStage} from './open-state.ts'
import {STATES, type State} from './states.ts'
import {axeFindings} from './web-app.ts'

/** Colours of the system, as high contrast of Windows has them: backgrounds and shadows of the page are not drawn. */
const FORCED = {forcedColors: 'active' as const}
const THEMES = ['light', 'dark'] as const

const stage = useStage()

const named = (name: string): State => STATES.find((state) => state.name === name)!
const LOOKED_AT = ['today', 'task-changed', 'repeat-weekly', 'settings-notifications', 'sign-in']

test.each(LOOKED_AT)('%s: a picture, and nothing that axe finds', async (name) => {
  for (const [size, options] of [
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ] as const) {
    const page = await openState(stage(), named(name), {...options, ...FORCED})
    for (const colorScheme of THEMES) {
      await page.emulateMedia({...FORCED, colorScheme})
      await page.screenshot({path: join(PICTURES, `${name}-${size}-forced-${colorScheme}.png`)})
      expect(await axeFindings(page), `${size} ${colorScheme}`).toEqual([])
    }
    await page.context().close()
  }
})

interface Sign {
  readonly what: string
  readonly state: string
  readonly of: string
  /** Takes the state away from the element, called `it`. */
  readonly without: string
  /** What has the focus, by a key. */
  readonly focus?: string
  readonly size?: typeof PHONE
}

const NO_CHECK = 'it.checked = false'
const NO_FOCUS = 'document.activeElement.blur()'
const HIDDEN = "it.style.visibility = 'hidden'"
const NOT_HERE = "it.removeAttribute('aria-current')"
const NOT_AT_IT = "it.removeAttribute('data-focused'); it.removeAttribute('data-focus-visible')"
const HERE = '.nav-link[aria-current]'
const focusOf = (what: string, state: string, focus: string, of = focus): Sign => ({
  what: `the focus of ${what}`,
  state,
  of,
  focus,
  without: NO_FOCUS,
})
const SIGNS: readonly Sign[] = [
  {what: 'the page that one is on', state: 'today', of: HERE, without: NOT_HERE},
  {what: 'the page that one is on, on a phone,', state: 'today', of: HERE, without: NOT_HERE, size: PHONE},
  {what: 'a part of the settings', state: 'settings-keys', of: '.settings-tabs [aria-current]', without: NOT_HERE},
  focusOf('the line to add tasks', 'today', '.quick-add-box', '.quick-add'),
  focusOf('the search', 'all', '.filter-search input', '.filter-search'),
  focusOf('a link', 'today', '.nav-link'),
  focusOf('a box of a row', 'today', '.row-check input'),
  focusOf('a button', 'task', '.detail .button'),
  focusOf('a field', 'sign-in', '.field-input'),
  {what: 'a chip that is on', state: 'repeat-weekly', of: '.chip-round input:checked', without: NO_CHECK},
  {
    what: 'one of a few that is chosen',
    state: 'repeat-weekly',
    of: '.segments input:checked',
    without: NO_CHECK,
  },
  {what: 'the day of a month', state: 'repeat-monthly', of: '.radio input:checked', without: NO_CHECK},
  {what: 'a task that was done just now', state: 'struck', of: '.row-closing input', without: NO_CHECK},
  {what: 'the date of the next one', state: 'next-in-place', of: '.row-next .row-due', without: "it.className = ''"},
  {what: 'a way of reminders', state: 'settings-notifications', of: 'input:checked', without: NO_CHECK},
  {what: 'the open one of a beat line', state: 'today', of: '.beat-open', without: HIDDEN},
  {what: 'one to come of a beat line', state: 'today', of: '.beat-coming', without: HIDDEN},
  {what: 'what stands for rows', state: 'today-loading', of: '.skeleton-line', without: HIDDEN},
  {what: 'where one is in a menu', state: 'row-menu', of: '.menu-item[data-focused]', without: NOT_AT_IT},
]

/** What is drawn at an element and 6 px around it, where its outline is. */
async function drawn(page: Page): Promise<string> {
  const box = (await page.locator('[data-looked-at]').boundingBox())!
  const [x, y] = [Math.max(0, box.x - 6), Math.max(0, box.y - 6)]
  const clip = {x, y, width: box.x + box.width + 6 - x, height: box.y + box.height + 6 - y}
  return (await page.screenshot({clip, animations: 'disabled'})).toString('base64')
}

/** Twice the same: whatever differs afterwards differs for what was taken away. A menu that has just come is put in its place. */
async function settled(page: Page): Promise<string> {
  let before = ''
  await expect
    .poll(
      async () => {
        const last = before
        before = await drawn(page)
        return before === last
      },
      {timeout: 20_000},
    )
    .toBe(true)
  return before
}

test.each(SIGNS)('$what can be seen', async ({state, of, without, focus, size = DESKTOP}) => {
  const page = await openState(stage(), named(state), {...size, ...FORCED, colorScheme: 'dark'})
  if (focus !== undefined) {
    await page.keyboard.press('Tab')
    await page.locator(focus).first().focus()
  } else if (state === 'row-menu') {
    await page.keyboard.press('ArrowDown')
  }
  const element = page.locator(of).first()
  await element.scrollIntoViewIfNeeded()
  await page.mouse.move(0, 0)
  await page.evaluate(`document.querySelector(${JSON.stringify(of)}).setAttribute('data-looked-at', '')`)
  const before = await settled(page)
  await page.evaluate(`{ const it = document.querySelector('[data-looked-at]'); ${without} }`)
  expect((await drawn(page)) === before).toBe(false)
  await page.context().close()
})

test('no page said an error', () => {
  expect(stage().app.faults).toEqual([])
})
