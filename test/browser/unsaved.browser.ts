import type {Page} from 'playwright-core'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {TaskResponse} from '../../services/contracts/tasks.ts'
import {type Person, type WebApp, axeFindings, startWebApp} from './web-app.ts'

let app: WebApp
let ada: Person
beforeAll(async () => {
  app = await startWebApp()
  ada = await app.person()
  await ada.api('POST', '/tasks', {title: 'Another one'})
})
afterAll(async () => app.stop())

const titleOf = (page: Page) => page.getByRole('textbox', {name: 'Title'})
const questionOf = (page: Page) => page.getByRole('alertdialog', {name: 'Save what you changed?'})
const pathOf = (page: Page): string => new URL(page.url()).pathname
const savedTitle = async (id: number): Promise<string> => (await ada.api<TaskResponse>('GET', `/tasks/${id}`)).title
const noticed = async (page: Page, text: string): Promise<void> => page.locator('.notice', {hasText: text}).waitFor()

/** A task that was opened from the list, with something typed in it. */
async function typedIn(title: string, typed: string): Promise<{page: Page; id: number}> {
  const {id} = await ada.api('POST', '/tasks', {title})
  const page = await ada.open('/all')
  await page.getByRole('link', {name: title, exact: true}).click()
  await titleOf(page).fill(typed)
  await page.locator('.save-bar').waitFor()
  return {page, id}
}

describe('whoever leaves a task with something typed in it is asked', () => {
  test.each<[string, string, (page: Page) => Promise<unknown>]>([
    ['by a link', '/upcoming', async (page) => page.getByRole('link', {name: 'Upcoming', exact: true}).click()],
    ['to another task', 'another', async (page) => page.getByRole('link', {name: 'Another one', exact: true}).click()],
    ['by the browser, back', '/all', async (page) => page.evaluate('history.back()')],
    ['by the button to close', '/all', async (page) => page.getByRole('button', {name: 'Close', exact: true}).click()],
  ])('%s', async (way, to, leave) => {
    const title = `Left ${way}`
    const {page, id} = await typedIn(title, `${title}, changed`)
    const arrived = (): boolean => (to === 'another' ? pathOf(page) !== `/tasks/${id}` : pathOf(page) === to)
    await leave(page)
    const question = questionOf(page)
    await question.waitFor()
    expect(await axeFindings(page)).toEqual([])
    await question.getByRole('button', {name: 'Keep editing'}).click()
    await expect.poll(async () => question.count()).toBe(0)
    await expect.poll(() => pathOf(page)).toBe(`/tasks/${id}`)
    expect(await titleOf(page).inputValue()).toBe(`${title}, changed`)
    expect(await savedTitle(id)).toBe(title)

    await leave(page)
    await question.getByRole('button', {name: 'Discard'}).click()
    await expect.poll(arrived).toBe(true)
    expect(await savedTitle(id)).toBe(title)

    // The way back is as it was: one step, to the task, which nobody asks about any more.
    if (to === '/all') await page.goForward()
    else await page.goBack()
    await expect.poll(() => pathOf(page)).toBe(`/tasks/${id}`)
    expect(await titleOf(page).inputValue()).toBe(title)
    await titleOf(page).fill(`${title}, saved`)
    await leave(page)
    await question.getByRole('button', {name: 'Save', exact: true}).click()
    await noticed(page, 'Saved')
    await expect.poll(arrived).toBe(true)
    expect(await savedTitle(id)).toBe(`${title}, saved`)
    expect(await question.count()).toBe(0)
    await page.close()
    expect(app.faults).toEqual([])
  })

  test('by closing the tab: the browser asks; and not when nothing is typed', async () => {
    const {page, id} = await typedIn('Close the tab', 'Close')
    // A browser believes only whoever has pressed something.
    await titleOf(page).press('!')
    const asked = page.waitForEvent('dialog')
    await page.close({runBeforeUnload: true})
    const dialog = await asked
    expect(dialog.type()).toBe('beforeunload')
    await dialog.dismiss()
    expect(await titleOf(page).inputValue()).toBe('Close!')
    await page.getByRole('button', {name: 'Discard'}).click()
    const closed = page.waitForEvent('close')
    await page.close({runBeforeUnload: true})
    await closed
    expect(await savedTitle(id)).toBe('Close the tab')
  })

  test('when it was changed elsewhere meanwhile it cannot be saved on the way out; and a deleted one is left at once', async () => {
    const {page, id} = await typedIn('Contested', 'Contested by me')
    await ada.api('PATCH', `/tasks/${id}`, {priority: 2})
    await page.getByText('Changed in another window: priority').waitFor()
    await page.getByRole('link', {name: 'Upcoming', exact: true}).click()
    const question = questionOf(page)
    await question.getByText('It was changed in another window').waitFor()
    expect(await question.getByRole('button', {name: 'Save', exact: true}).isDisabled()).toBe(true)
    expect(await axeFindings(page)).toEqual([])
    await question.getByRole('button', {name: 'Keep editing'}).click()
    await page.getByRole('button', {name: 'Delete', exact: true}).click()
    await page.getByRole('alertdialog').getByRole('button', {name: 'Delete', exact: true}).click()
    await noticed(page, 'Deleted')
    await expect.poll(() => pathOf(page)).toBe('/all')
    expect(await question.count()).toBe(0)
    await page.close()
  })
})

describe('without a connection', () => {
  test('a task is not saved, says so, and keeps what was typed until it is', async () => {
    const {page, id} = await typedIn('Far away', 'Far away, offline')
    const patches: string[] = []
    page.on('request', (request) => {
      if (request.method() === 'PATCH') patches.push(request.url())
    })
    await page.context().setOffline(true)
    await page.getByText('Offline. What you add or complete will be sent when you are back.').waitFor()
    await page.getByRole('button', {name: 'Save', exact: true}).click()
    const said = page.getByRole('alert').getByText('Not saved: that needs a connection. What you typed stays here')
    await said.waitFor()
    expect(await axeFindings(page)).toEqual([])
    expect(await titleOf(page).inputValue()).toBe('Far away, offline')
    // Also on the way out.
    await page.getByRole('link', {name: 'All', exact: true}).click()
    await questionOf(page).getByRole('button', {name: 'Save', exact: true}).click()
    await expect.poll(async () => questionOf(page).count()).toBe(0)
    await said.waitFor()
    expect([pathOf(page), await savedTitle(id)]).toEqual([`/tasks/${id}`, 'Far away'])

    await page.context().setOffline(false)
    await expect.poll(async () => page.getByText('Offline.').count()).toBe(0)
    // Nothing is sent behind somebody's back.
    await page.locator('.nav').getByRole('link', {name: 'All'}).waitFor()
    expect([await titleOf(page).inputValue(), await savedTitle(id)]).toEqual(['Far away, offline', 'Far away'])
    await page.getByRole('button', {name: 'Save', exact: true}).click()
    await noticed(page, 'Saved: Far away, offline.')
    expect(await savedTitle(id)).toBe('Far away, offline')
    await expect.poll(async () => said.count()).toBe(0)
    expect(patches).toHaveLength(3)
    await page.close()
  })

  test('what was saved without an answer is not taken for a change of somebody else', async () => {
    const {page, id} = await typedIn('Half heard', 'Half heard, saved')
    await page.route(`**/api/v1/tasks/${id}`, async (route) => {
      if (route.request().method() !== 'PATCH') return route.continue()
      await route.fetch()
      await route.abort()
    })
    await page.getByRole('button', {name: 'Save', exact: true}).click()
    await expect.poll(async () => savedTitle(id)).toBe('Half heard, saved')
    await expect.poll(async () => page.locator('.save-bar').count()).toBe(0)
    expect(await page.getByText('Changed in another window').count()).toBe(0)
    expect(await page.getByText('Not saved').count()).toBe(0)
    await page.close()
  })

  test('a page that was never opened comes when there is a connection again', async () => {
    const {id} = await ada.api('POST', '/tasks', {title: 'Opened offline'})
    const page = await ada.open('/all')
    const link = page.getByRole('link', {name: 'Opened offline', exact: true})
    await link.waitFor()
    await page.context().setOffline(true)
    await page.getByText('Offline.').waitFor()
    await link.click()
    await expect.poll(() => pathOf(page)).toBe(`/tasks/${id}`)
    await link.waitFor()
    await page.context().setOffline(false)
    await titleOf(page).waitFor()
    expect(await titleOf(page).inputValue()).toBe('Opened offline')
    await page.close()
  })
})
