import type {Page} from 'playwright-core'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {TaskResponse} from '../../services/contracts/tasks.ts'
import {type Person, type WebApp, axeFindings, startWebApp} from './web-app.ts'

let app: WebApp
let ada: Person
beforeAll(async () => {
  app = await startWebApp()
  ada = await app.person()
})
afterAll(async () => app.stop())

const SERIES = {due_at: '2030-01-07T08:00:00Z', recurring_pattern: 'FREQ=WEEKLY;BYDAY=MO'}
const read = async (id: number): Promise<TaskResponse> => ada.api('GET', `/tasks/${id}`)

/** A series with one that is done, and the next one that is open. */
async function seriesWithHistory(title: string, fields: object = SERIES): Promise<{done: number; open: number}> {
  const {id: done} = await ada.api('POST', '/tasks', {title, ...fields})
  await ada.api('POST', `/tasks/${done}/complete`)
  const openId = async (): Promise<number> => {
    const {occurrences} = await ada.api('GET', `/tasks/${done}/series`)
    return occurrences.find(({state}: {state: string}) => state === 'open')?.task_id ?? done
  }
  await expect.poll(openId).not.toBe(done)
  return {done, open: await openId()}
}

async function openTask(id: number): Promise<Page> {
  const page = await ada.open(`/tasks/${id}`)
  await page.getByRole('textbox', {name: 'Title'}).waitFor()
  return page
}

/** Its words are in the notice, and said. */
const noticed = async (page: Page, text: string): Promise<void> => page.locator('.notice', {hasText: text}).waitFor()

describe('a change reaches as far as the button says', () => {
  test.each([
    ['This one', /Save for this one/u, {open: 'New', done: 'Old', next: 'Old'}],
    ['This and later', /Save for this and later \(from 14 Jan 2030\)/u, {open: 'New', done: 'Old', next: 'New'}],
    ['All', /Save for all, done ones too/u, {open: 'New', done: 'New', next: 'New'}],
  ])('%s', async (scope, button, titles) => {
    const {done, open} = await seriesWithHistory('Old')
    const page = await openTask(open)
    await page.getByRole('textbox', {name: 'Title'}).fill('New')
    await page.getByRole('radio', {name: scope, exact: true}).check()
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('button', {name: button}).click()
    await noticed(page, 'Saved: New.')
    expect((await read(open)).title).toBe(titles.open)
    expect((await read(done)).title).toBe(titles.done)
    await ada.api('POST', `/tasks/${open}/complete`)
    const next = async (): Promise<string | undefined> =>
      (await ada.api('GET', '/tasks')).tasks.find(({predecessor_id: from}: TaskResponse) => from === open)?.title
    await expect.poll(next).toBe(titles.next)
    await page.close()
  })

  test('a new date is for this one unless one says otherwise; Undo takes it back', async () => {
    const {open} = await seriesWithHistory('Move me')
    const page = await openTask(open)
    await page.getByLabel('Date', {exact: true}).fill('2030-01-16')
    await page.getByRole('button', {name: /Save for this one/u}).click()
    await noticed(page, 'Saved')
    expect(await read(open)).toMatchObject({due_at: '2030-01-16T08:00:00Z', occurrence_at: '2030-01-14T08:00:00Z'})
    await page.getByRole('button', {name: 'Undo'}).click()
    await expect.poll(async () => (await read(open)).due_at).toBe('2030-01-14T08:00:00Z')
    await expect.poll(async () => page.getByLabel('Date', {exact: true}).inputValue()).toBe('2030-01-14')
    await page.close()
  })
})

describe('a deletion reaches as far as one says, and is undone', () => {
  test.each([
    ['Only this one', 'Skipped', {done: true, open: true, next: 1}],
    ['This and later', 'Deleted', {done: true, open: false, next: 0}],
    ['The whole series', 'Deleted', {done: false, open: false, next: 0}],
  ])('%s', async (scope, said, left) => {
    const {done, open} = await seriesWithHistory('Sweep the yard')
    const isThere = async (id: number): Promise<boolean> =>
      (await app.running.api('GET', `/tasks/${id}`, undefined, {'x-api-key': ada.apiKey})).status === 200
    const following = async (): Promise<number> =>
      (await ada.api('GET', '/tasks')).tasks.filter(({predecessor_id: from}: TaskResponse) => from === open).length
    const page = await openTask(open)
    await page.getByRole('button', {name: 'Delete', exact: true}).click()
    const question = page.getByRole('alertdialog', {name: 'Delete from the series?'})
    expect(await axeFindings(page)).toEqual([])
    await question.getByRole('button', {name: scope}).click()
    await noticed(page, `${said}: Sweep the yard.`)
    expect([await isThere(done), await isThere(open)]).toEqual([left.done, left.open])
    await expect.poll(following).toBe(left.next)
    await page.getByRole('button', {name: 'Undo'}).click()
    await expect.poll(async () => [await isThere(done), await isThere(open)]).toEqual([true, true])
    await expect.poll(following).toBe(0)
    expect(await read(open)).toMatchObject({skipped_at: null, completed_at: null, deleted_at: null})
    await page.close()
  })
})

test('by the keyboard alone: a task of a series is opened, changed for this one, saved and left', async () => {
  const {open} = await seriesWithHistory('Brush the dog')
  const page = await ada.open('/all?search=brush+the+dog')
  await page.getByRole('checkbox', {name: 'Brush the dog'}).waitFor()
  const tabTo = async (role: 'textbox' | 'radio' | 'button', name: string | RegExp): Promise<void> => {
    const wanted = page.getByRole(role, {name}).first()
    await wanted.waitFor()
    const hasFocus = async () => wanted.evaluate((element) => element.matches(':focus'))
    for (let step = 0; step < 80 && !(await hasFocus()); step++) await page.keyboard.press('Tab')
    expect(await hasFocus(), String(name)).toBe(true)
  }
  await page.keyboard.press('j')
  await page.keyboard.press('Enter')
  await tabTo('textbox', 'Title')
  await page.keyboard.press('End')
  await page.keyboard.type(' well')
  await tabTo('radio', 'This and later')
  await page.keyboard.press('ArrowRight')
  await tabTo('button', /^Save for this one/u)
  await page.keyboard.press('Enter')
  await noticed(page, 'Saved: Brush the dog well.')
  expect(await read(open)).toMatchObject({title: 'Brush the dog well'})
  await page.keyboard.press('Escape')
  await expect.poll(() => new URL(page.url()).pathname).toBe('/all')
  await ada.api('POST', `/tasks/${open}/complete`)
  const next = async () =>
    (await ada.api('GET', '/tasks')).tasks.find(({predecessor_id: from}: TaskResponse) => from === open)?.title
  await expect.poll(next).toBe('Brush the dog')
  await page.close()
})

describe('the recurrence editor', () => {
  test('by the keyboard alone: a weekly series becomes a monthly one, and what is done stays', async () => {
    const {done, open} = await seriesWithHistory('Pay rent')
    const page = await openTask(open)
    await page.getByRole('button', {name: 'Change', exact: true}).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', {name: 'Repeat'})
    await dialog.waitFor()
    await dialog.getByRole('radio', {name: 'Weekly', exact: true}).focus()
    await page.keyboard.press('ArrowRight')
    expect(await dialog.getByRole('radio', {name: 'Monthly', exact: true}).isChecked()).toBe(true)
    // Through the interval to the days of the month, and on to the second of them.
    for (let step = 0; step < 10; step++) {
      if (await dialog.getByRole('radio', {name: 'Day 14'}).evaluate((radio) => radio.matches(':focus'))) break
      await page.keyboard.press('Tab')
    }
    await page.keyboard.press('ArrowDown')
    expect(await dialog.getByRole('radio', {name: 'Last day'}).isChecked()).toBe(true)
    expect(await dialog.getByRole('listitem').allTextContents()).toEqual(
      [
        'Thu31 Jan 203009:00',
        'Thu28 Feb 203009:00',
        'Sun31 Mar 203010:00',
        'Tue30 Apr 203010:00',
        'Fri31 May 203010:00',
      ].map((text) =>
        expect.stringMatching(text.replaceAll(/(?<=[a-z])(?=\d)|(?<=20\d\d)(?=\d\d:)/gu, String.raw`\s*`)),
      ),
    )
    await dialog.getByText('Clocks go forward on 31 Mar').waitFor()
    await dialog.getByText('1 done one stays.').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await dialog.getByRole('button', {name: 'Save for this and later (from 14 Jan 2030)'}).focus()
    await page.keyboard.press('Enter')
    await noticed(page, 'Saved: Pay rent.')
    expect(await read(open)).toMatchObject({
      recurring_pattern: 'FREQ=MONTHLY;BYMONTHDAY=-1',
      due_at: '2030-01-31T08:00:00Z',
    })
    expect((await read(done)).due_at).toBe('2030-01-07T08:00:00Z')
    await expect.poll(async () => dialog.count()).toBe(0)
    await page.close()
  })

  test('a sentence sets the choices; a rule that cannot be read shows where, and is not saved', async () => {
    const {id} = await ada.api('POST', '/tasks', {title: 'Stretch', due_at: '2030-01-07T08:00:00Z'})
    const page = await openTask(id)
    await page.getByRole('button', {name: 'Change', exact: true}).click()
    const dialog = page.getByRole('dialog', {name: 'Repeat'})
    await dialog.getByRole('textbox', {name: 'Repeats'}).fill('every 2 weeks on mon and thu for 6 times')
    expect(await dialog.getByRole('radio', {name: 'Weekly', exact: true}).isChecked()).toBe(true)
    expect(await dialog.getByRole('textbox', {name: 'Every'}).inputValue()).toBe('2')
    expect(await dialog.getByRole('checkbox', {name: 'Thursday'}).isChecked()).toBe(true)
    expect(await dialog.getByRole('textbox', {name: 'After'}).inputValue()).toBe('6')
    await dialog.getByRole('radio', {name: 'Custom', exact: true}).check()
    const rule = dialog.getByLabel('Rule', {exact: true})
    expect(await rule.inputValue()).toBe('FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;COUNT=6')
    await rule.fill('FREQ=MONTHLY;BYMONTHDAY=32')
    expect(await dialog.locator('.rule-place mark').textContent()).toBe('32')
    expect(await dialog.getByRole('button', {name: 'Save'}).isDisabled()).toBe(true)
    expect(await axeFindings(page)).toEqual([])
    await rule.fill('every weekday at 7:30')
    await dialog.getByRole('button', {name: 'Save'}).click()
    await noticed(page, 'Saved')
    expect(await read(id)).toMatchObject({
      recurring_pattern: expect.stringContaining('BYDAY=MO,TU,WE,TH,FR'),
      due_at: '2030-01-08T06:30:00Z',
    })
    await page.close()
  })

  test('Never ends a series, and Escape leaves everything as it was', async () => {
    const {open} = await seriesWithHistory('Feed the cat')
    const page = await openTask(open)
    const button = page.getByRole('button', {name: 'Change', exact: true})
    await button.click()
    const dialog = page.getByRole('dialog', {name: 'Repeat'})
    await dialog.getByRole('radio', {name: 'Never', exact: true}).first().check()
    await page.keyboard.press('Escape')
    await expect.poll(async () => dialog.count()).toBe(0)
    await expect.poll(async () => button.evaluate((element) => element.matches(':focus'))).toBe(true)
    expect((await read(open)).series_id).not.toBeNull()
    await button.click()
    await dialog.getByRole('radio', {name: 'Never', exact: true}).first().check()
    await dialog.getByRole('button', {name: 'Stop repeating'}).click()
    await noticed(page, 'Saved')
    expect((await read(open)).series_id).toBeNull()
    await page.close()
  })

  test('after a clock change one press brings the old time of day back', async () => {
    // The clocks of Berlin went back on 27 October 2024.
    const past = {due_at: '2024-10-24T07:00:00Z', recurring_pattern: 'FREQ=WEEKLY;BYDAY=TH', catch_up: 'each'}
    const {open} = await seriesWithHistory('Bins', past)
    const page = await openTask(open)
    await page.getByText('The clocks changed: it was at 09:00, now it is at 08:00.').waitFor()
    await page.getByRole('button', {name: 'Keep 09:00'}).click()
    await noticed(page, 'Saved: Bins.')
    expect((await read(open)).due_at).toBe('2024-10-31T08:00:00Z')
    await expect.poll(async () => page.getByRole('button', {name: 'Keep 09:00'}).count()).toBe(0)
    await page.close()
  })
})

test('what another window changed is said, and mine can be kept or theirs taken', async () => {
  const {id} = await ada.api('POST', '/tasks', {title: 'Call', due_at: '2030-01-07T08:00:00Z'})
  const page = await openTask(id)
  for (const [answer, title, priority] of [
    ['Keep mine', 'Call Bob', 2],
    ['Take theirs', 'Call Bob', 3],
  ] as const) {
    await page.getByRole('textbox', {name: 'Title'}).fill(answer === 'Keep mine' ? 'Call Bob' : 'Call Eve')
    await ada.api('PATCH', `/tasks/${id}`, {priority, due_at: `2030-01-0${priority}T08:00:00Z`})
    await page.getByText('Changed in another window: due').waitFor()
    expect(await axeFindings(page)).toEqual([])
    await page.getByRole('button', {name: answer}).click()
    if (answer === 'Keep mine') {
      await page.getByRole('button', {name: 'Save', exact: true}).click()
      await noticed(page, 'Saved')
    }
    expect(await page.getByRole('textbox', {name: 'Title'}).inputValue()).toBe(title)
    expect(await read(id)).toMatchObject({title, priority})
  }
  await page.close()
})

test('reminders, tags, priority and note are changed together; a task that is deleted comes back', async () => {
  const {id} = await ada.api('POST', '/tasks', {title: 'Report <b>now</b>', due_at: '2030-01-07T08:00:00Z'})
  const page = await openTask(id)
  await page.getByLabel('Add a reminder').selectOption('1 day before')
  await page.getByLabel('Add a reminder').selectOption('another time…')
  await page.getByLabel('How long before').fill('45m')
  await page.getByRole('button', {name: 'Add', exact: true}).click()
  await page.getByRole('button', {name: 'Remove 1 hour before'}).click()
  await page.getByRole('radio', {name: 'High'}).check()
  await page.getByLabel('Tags').fill('#work ops')
  await page.getByLabel('Note').fill('two\nlines')
  await page.getByRole('button', {name: 'Save', exact: true}).click()
  await noticed(page, 'Saved: Report <b>now</b>.')
  const saved = await read(id)
  expect(saved).toMatchObject({priority: 3, tags: ['work', 'ops'], description: 'two\nlines'})
  const waiting = saved.reminders.filter(({state}) => state === 'scheduled')
  expect(waiting.map(({offset_seconds: offset}) => offset)).toEqual([86_400, 2700])
  await page.getByText('History').click()
  await page.locator('.history-entries li').first().waitFor()
  expect(await axeFindings(page)).toEqual([])
  await page.getByRole('button', {name: 'Delete', exact: true}).click()
  expect(await axeFindings(page)).toEqual([])
  await page.getByRole('alertdialog').getByRole('button', {name: 'Delete', exact: true}).click()
  await noticed(page, 'Deleted')
  await expect.poll(() => new URL(page.url()).pathname).toBe('/')
  await page.getByRole('button', {name: 'Undo'}).click()
  await expect
    .poll(async () =>
      read(id).then(
        ({title}) => title,
        () => '',
      ),
    )
    .toBe('Report <b>now</b>')
  await page.close()
})

test('Escape leaves the field, then asks about what was typed, and then leaves the task', async () => {
  const {id} = await ada.api('POST', '/tasks', {title: 'Call', due_at: '2030-01-07T08:00:00Z'})
  const page = await openTask(id)
  const title = page.getByRole('textbox', {name: 'Title'})
  await title.fill('Call Bob')
  await page.keyboard.press('Escape')
  const question = page.getByRole('alertdialog', {name: 'Save what you changed?'})
  expect(await question.count()).toBe(0)
  await page.keyboard.press('Escape')
  const keep = question.getByRole('button', {name: 'Keep editing'})
  await expect.poll(async () => keep.evaluate((button) => button.matches(':focus'))).toBe(true)
  await page.keyboard.press('Escape')
  await expect.poll(async () => question.count()).toBe(0)
  expect(await title.inputValue()).toBe('Call Bob')
  await page.keyboard.press('Escape')
  await expect.poll(async () => keep.evaluate((button) => button.matches(':focus'))).toBe(true)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect.poll(() => new URL(page.url()).pathname).toBe('/')
  expect(await read(id)).toMatchObject({title: 'Call'})
  await page.close()
})

test('the button to close asks before it throws away what was typed; t and r lead to the date and the rule', async () => {
  const {id} = await ada.api('POST', '/tasks', {title: 'Call', due_at: '2030-01-07T08:00:00Z'})
  const page = await openTask(id)
  const title = page.getByRole('textbox', {name: 'Title'})
  await title.fill('Call Bob')
  await page.getByRole('button', {name: 'Close', exact: true}).click()
  const question = page.getByRole('alertdialog', {name: 'Save what you changed?'})
  await question.getByText('What you changed of “Call” is not saved yet.').waitFor()
  expect(await axeFindings(page)).toEqual([])
  await question.getByRole('button', {name: 'Keep editing'}).click()
  await title.fill('Call Eve')
  await page.getByRole('button', {name: 'Close', exact: true}).click()
  await question.getByRole('button', {name: 'Save', exact: true}).click()
  await expect.poll(() => new URL(page.url()).pathname).toBe('/')
  expect(await read(id)).toMatchObject({title: 'Call Eve'})

  await page.goto('/all?search=call+eve')
  await page.getByRole('checkbox', {name: 'Call Eve'}).focus()
  await page.keyboard.press('t')
  const date = page.getByLabel('Date', {exact: true})
  await expect.poll(async () => date.evaluate((field) => field.matches(':focus'))).toBe(true)
  expect(new URL(page.url()).hash).toBe('')
  await page.keyboard.press('Escape')
  await page.keyboard.press('r')
  await page.getByRole('dialog', {name: 'Repeat'}).waitFor()
  await page.close()
})

test('on a phone the buttons of a change are in view, above the navigation, wherever one has scrolled', async () => {
  const {id} = await ada.api('POST', '/tasks', {title: 'Call', due_at: '2030-01-07T08:00:00Z'})
  const page = await openTask(id)
  await page.setViewportSize({width: 390, height: 844})
  await page.getByRole('textbox', {name: 'Title'}).fill('Call Bob')
  const save = page.getByRole('button', {name: 'Save', exact: true})
  await save.waitFor()
  expect(await page.evaluate('scrollY')).toBe(0)
  const {y, height} = (await save.boundingBox())!
  expect(y + height).toBeLessThan(844 - 56)
  expect(await axeFindings(page)).toEqual([])
  await save.click({trial: true})
  await page.close()
})

test('what is not there says so, and nothing of all this was an error of the page', async () => {
  const page = await ada.open('/tasks/999999999')
  await page.getByText('This task is not there any more').waitFor()
  expect(await axeFindings(page)).toEqual([])
  await page.keyboard.press('Escape')
  await expect.poll(() => new URL(page.url()).pathname).toBe('/')
  await page.close()
  expect(app.faults).toEqual([])
})
