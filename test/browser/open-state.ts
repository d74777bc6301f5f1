import type {BrowserContextOptions, Page} from 'playwright-core'
import type {People, State} from './states.ts'
import type {WebApp} from './web-app.ts'

export const PHONE = {viewport: {width: 390, height: 844}, hasTouch: true, isMobile: true}
export const DESKTOP = {viewport: {width: 1280, height: 800}}

/** A window that shows the state, in a browser of its own; `prepare` is called once the page is loaded. */
export async function openState(
  {app, people}: {app: WebApp; people: People},
  state: State,
  options: BrowserContextOptions,
  prepare: (page: Page) => Promise<unknown> = async () => undefined,
): Promise<Page> {
  const all = {...options, reducedMotion: 'reduce' as const}
  const page =
    state.who === 'nobody'
      ? app.watch(await (await app.context(all)).newPage())
      : await people[state.who].openIn(all, 'about:blank')
  await state.before?.(page, people)
  await page.goto(typeof state.path === 'string' ? state.path : state.path(people))
  await prepare(page)
  await state.ready(page, people)
  await page.evaluate('document.fonts.ready')
  return page
}

/** What is wider than the window, which somebody would have to scroll sideways for. */
export const tooWide = async (page: Page): Promise<string[]> =>
  page.evaluate(`{
    const width = document.documentElement.clientWidth
    document.documentElement.scrollWidth <= width
      ? []
      : [...document.querySelectorAll('body *')]
          .filter((element) => element.getBoundingClientRect().right > width + 1)
          .map((element) => 'too wide: ' + element.outerHTML.slice(0, 120))
  }`)
