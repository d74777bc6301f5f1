import {mkdir} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {BrowserContextOptions, Page} from 'playwright-core'
import {afterAll, beforeAll} from 'vitest'
import {type People, type State, peopleOf} from './states.ts'
import {type WebApp, startWebApp} from './web-app.ts'

export const PHONE = {viewport: {width: 390, height: 844}, hasTouch: true, isMobile: true}
export const DESKTOP = {viewport: {width: 1280, height: 800}}

/** Where the pictures go; SHOTS names another folder. */
export const PICTURES = process.env['SHOTS'] ?? join(tmpdir(), 'todo5-screenshots')

export interface Stage {
  readonly app: WebApp
  readonly people: People
}

/** Gives a test file the web app with the people of the states, and the folder of the pictures; answers with how to get it. */
export function useStage(): () => Stage {
  let stage: Stage
  beforeAll(async () => {
    const app = await startWebApp()
    stage = {app, people: await peopleOf(app)}
    await mkdir(PICTURES, {recursive: true})
  })
  afterAll(async () => stage.app.stop())
  return () => stage
}

/** A window that shows the state, in a browser of its own; `prepare` is called once the page is loaded. */
export async function openState(
  {app, people}: Stage,
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
