import type {Page, Route} from 'playwright-core'
import type {TaskResponse} from '../../services/contracts/tasks.ts'
import {addSomeTasks} from './some-tasks.ts'
import type {Person, WebApp} from './web-app.ts'

/** Whose pages are looked at: somebody with tasks, somebody with a late daily series, and somebody new. */
export interface People {
  readonly ada: Person
  readonly busy: Person
  readonly newcomer: Person
  /** Of `ada`: a series with a past. */
  readonly series: TaskResponse
}

export interface State {
  readonly name: string
  readonly who: Exclude<keyof People, 'series'> | 'nobody'
  readonly path: string | ((people: People) => string)
  /** Before the page is loaded. */
  readonly before?: (page: Page, people: People) => Promise<unknown>
  /** Until it is as it shall be seen. */
  readonly ready: (page: Page, people: People) => Promise<unknown>
}

export async function peopleOf(app: WebApp): Promise<People> {
  const [ada, busy, newcomer] = [await app.person(), await app.person(), await app.person()]
  await addSomeTasks(ada)
  await busy.api('POST', '/tasks', {
    title: 'Water the plants',
    due_at: new Date(Date.now() - 20 * 86_400_000).toISOString(),
    recurring_pattern: 'FREQ=DAILY',
    catch_up: 'each',
  })
  const {tasks} = await ada.api<{tasks: TaskResponse[]}>('GET', '/tasks?search=plants')
  return {ada, busy, newcomer, series: tasks[0]!}
}

const text = (words: string | RegExp) => async (page: Page) => page.getByText(words).first().waitFor()
const heading = (name: string) => async (page: Page) => page.getByRole('heading', {name, exact: true}).waitFor()
const press = async (page: Page, name: string) => page.getByRole('button', {name, exact: true}).first().click()
const row = (page: Page, title: string) => page.locator('[data-task]').filter({hasText: title})
const check = async (page: Page, title: string) => row(page, title).getByRole('checkbox').check()
const box = (page: Page) => page.getByRole('textbox', {name: 'Add a task'})
const abort = async (route: Route): Promise<void> => route.abort()
const seriesPath = ({series}: People): string => `/tasks/${series.id}`
const titleField = async (page: Page) => page.getByRole('textbox', {name: 'Title'}).waitFor()
const editor = async (page: Page, choice: string): Promise<void> => {
  await titleField(page)
  await press(page, 'Change')
  await page.getByRole('dialog').getByRole('radio', {name: choice, exact: true}).first().check()
}
const problem = (status: number, body: object) => async (route: Route) =>
  route.fulfill({status, contentType: 'application/problem+json', body: JSON.stringify({status, ...body})})

const LISTS: readonly State[] = [
  {name: 'today', who: 'ada', path: '/', ready: text('Water the plants')},
  {name: 'today-empty', who: 'newcomer', path: '/', ready: text('Nothing due today.')},
  {
    name: 'today-loading',
    who: 'newcomer',
    path: '/',
    before: async (page) => page.route('**/api/v1/tasks?*', () => undefined),
    ready: async (page) => page.locator('.skeleton-line').first().waitFor(),
  },
  {
    name: 'today-error',
    who: 'newcomer',
    path: '/',
    before: async (page) =>
      page.route('**/api/v1/tasks?*', problem(500, {code: 'internal', detail: 'The database did not answer.'})),
    ready: text('The database did not answer.'),
  },
  {
    name: 'offline',
    who: 'ada',
    path: '/',
    ready: async (page) => {
      await row(page, 'Call the dentist').waitFor()
      await page.context().setOffline(true)
      await check(page, 'Call the dentist')
      await text('not sent yet')(page)
    },
  },
  {
    name: 'live-paused',
    who: 'ada',
    path: '/',
    before: async (page) => page.route('**/api/v1/live', abort),
    ready: text('Live updates paused'),
  },
  {
    name: 'conflict-in-row',
    who: 'ada',
    path: '/',
    before: async (page, {series}) =>
      page.route(
        '**/complete',
        problem(412, {
          code: 'version_changed',
          detail: 'It was changed meanwhile.',
          current: {...series, version: 99, due_at: '2036-03-05T09:00:00Z'},
        }),
      ),
    ready: async (page) => {
      await check(page, 'Water the plants')
      await text(/Changed in another window/u)(page)
    },
  },
  {
    name: 'error-in-row',
    who: 'ada',
    path: '/',
    before: async (page) =>
      page.route(
        '**/complete',
        problem(422, {code: 'refused', detail: 'The task could not be completed.', hint: 'Try it in a minute.'}),
      ),
    ready: async (page) => {
      await check(page, 'Call the dentist')
      await text('Try it in a minute.')(page)
    },
  },
  {
    name: 'struck',
    who: 'ada',
    path: '/',
    before: async (page) => page.route('**/complete', () => undefined),
    ready: async (page) => {
      await check(page, 'Water the plants')
      await page.locator('.row-closing').waitFor()
    },
  },
  {
    name: 'next-in-place',
    who: 'busy',
    path: '/',
    ready: async (page) => {
      await check(page, 'Water the plants')
      await page.locator('.row-next').waitFor()
    },
  },
  {
    name: 'understood',
    who: 'ada',
    path: '/',
    ready: async (page) => {
      await row(page, 'Call the dentist').waitFor()
      await box(page).fill('Water the plants every mon at 7am except on 25 Dec #home')
      await text('every Monday')(page)
    },
  },
  {
    name: 'question',
    who: 'ada',
    path: '/',
    ready: async (page) => {
      await row(page, 'Call the dentist').waitFor()
      await box(page).fill('call mum on 03/04')
      await page.locator('.quick-add-question button').first().waitFor()
    },
  },
  {
    name: 'row-menu',
    who: 'ada',
    path: '/',
    ready: async (page) => {
      await row(page, 'Water the plants').hover()
      await press(page, 'More for Water the plants')
      await page.getByRole('menu').waitFor()
    },
  },
  {name: 'upcoming', who: 'ada', path: '/upcoming', ready: text('Bin day')},
  {name: 'upcoming-empty', who: 'newcomer', path: '/upcoming', ready: text('Nothing in the next')},
  {name: 'all', who: 'ada', path: '/all', ready: text('Pay rent')},
  {
    name: 'all-end',
    who: 'ada',
    path: '/all',
    ready: async (page) => {
      await row(page, 'Water the plants').waitFor()
      await page.mouse.wheel(0, 4000)
      await row(page, 'Read the book').waitFor()
    },
  },
  {name: 'all-filtered', who: 'ada', path: '/all?tag=work&priority=3', ready: text('Send the invoice')},
  {name: 'all-done', who: 'ada', path: '/all?view=done', ready: text('Water the plants')},
  {name: 'nothing-found', who: 'ada', path: '/all?search=dentsit', ready: text('No task matches')},
  {
    name: 'keys',
    who: 'ada',
    path: '/',
    ready: async (page) => {
      await row(page, 'Call the dentist').waitFor()
      await page.keyboard.press('?')
      await page.getByRole('dialog', {name: 'Keys'}).waitFor()
    },
  },
]

const DETAILS: readonly State[] = [
  {name: 'task', who: 'ada', path: seriesPath, ready: titleField},
  {
    name: 'task-changed',
    who: 'ada',
    path: seriesPath,
    ready: async (page) => {
      await page.getByRole('textbox', {name: 'Title'}).fill('Water the plants and the herbs')
      await page.locator('.save-bar').waitFor()
    },
  },
  {
    name: 'task-leaving',
    who: 'ada',
    path: seriesPath,
    ready: async (page) => {
      await page.getByRole('textbox', {name: 'Title'}).fill('Water the plants and the herbs')
      await press(page, 'Close')
      await page.getByRole('alertdialog', {name: 'Save what you changed?'}).waitFor()
    },
  },
  {
    name: 'task-conflict',
    who: 'ada',
    path: seriesPath,
    ready: async (page, {ada, series}) => {
      await page.getByRole('textbox', {name: 'Title'}).fill('Water the plants and the herbs')
      const {priority} = await ada.api<TaskResponse>('GET', `/tasks/${series.id}`)
      await ada.api('PATCH', `/tasks/${series.id}`, {priority: priority === 1 ? 0 : 1})
      await text('Changed in another window')(page)
    },
  },
  {
    name: 'task-history',
    who: 'ada',
    path: seriesPath,
    ready: async (page) => {
      await page.getByText('History', {exact: true}).click()
      // What happened to it, and the others of its series, which are read by themselves.
      await page.locator('ol.history-entries li').first().waitFor()
      await page.locator('ul.history-entries li').first().waitFor()
      await page.locator('ol.history-entries').scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'task-delete',
    who: 'ada',
    path: seriesPath,
    ready: async (page) => {
      await titleField(page)
      await press(page, 'Delete')
      await page.getByRole('alertdialog').waitFor()
    },
  },
  {name: 'task-missing', who: 'ada', path: '/tasks/999999999', ready: text('This task is not there any more')},
  ...['Never', 'Weekly', 'Monthly', 'Custom'].map((choice): State => ({
    name: `repeat-${choice.toLowerCase()}`,
    who: 'ada',
    path: seriesPath,
    ready: async (page) => editor(page, choice),
  })),
  {
    name: 'repeat-error',
    who: 'ada',
    path: seriesPath,
    ready: async (page) => {
      await editor(page, 'Custom')
      await page.getByRole('dialog').getByLabel('Rule', {exact: true}).fill('FREQ=MONTHLY;BYMONTHDAY=32')
      await page.locator('.rule-place mark').waitFor()
    },
  },
]

const SETTINGS: readonly State[] = ['account', 'notifications', 'calendar', 'keys', 'data'].map((part) => ({
  name: `settings-${part}`,
  who: 'ada',
  path: `/settings/${part}`,
  ready: async (page: Page) => page.locator('.settings-part h2').first().waitFor(),
}))

const ACCOUNTS: readonly State[] = [
  {name: 'sign-in', who: 'nobody', path: '/sign-in', ready: heading('Sign in')},
  {name: 'sign-up', who: 'nobody', path: '/sign-up', ready: heading('Create your account')},
  {name: 'forgot-password', who: 'nobody', path: '/forgot-password', ready: heading('Forgot your password?')},
  {name: 'reset-password', who: 'nobody', path: '/reset-password#abcdefgh', ready: heading('Set a new password')},
  {name: 'device', who: 'ada', path: '/device?user_code=ABCDEFGH', ready: heading('Sign a device in')},
]

/** Says each, and waits for the answer. */
const chat =
  (...said: readonly string[]) =>
  async (page: Page): Promise<void> => {
    for (const words of said) {
      await page.getByRole('textbox', {name: 'Message'}).fill(words)
      await page.keyboard.press('Enter')
      await page.locator('.said-by-todo5').nth(said.indexOf(words)).waitFor()
      await page.getByRole('button', {name: 'Send', exact: true}).waitFor()
    }
  }

const CHATS: readonly State[] = [
  {name: 'chat-first', who: 'newcomer', path: '/chat', ready: text('Say what is to be done')},
  {
    name: 'chat-list',
    who: 'ada',
    path: '/chat',
    ready: async (page) => {
      await chat('preview every second tuesday at 17:00', 'what is due this week?')(page)
      await page.locator('[data-card]').first().waitFor()
    },
  },
  {
    name: 'chat-asks',
    who: 'ada',
    path: '/chat',
    ready: async (page) => {
      await chat('#work', 'call mum on 03/04')(page)
      await page.locator('.said-choices button').first().waitFor()
    },
  },
  {
    name: 'chat-delete',
    who: 'ada',
    path: '/chat',
    ready: async (page) => {
      await chat('show pay rent', 'delete the invoice')(page)
      await page.getByRole('button', {name: 'Yes, delete'}).waitFor()
    },
  },
  {
    name: 'chat-threads',
    who: 'ada',
    path: '/chat',
    ready: async (page) => {
      await chat('what is overdue?')(page)
      await press(page, 'Conversations')
      await page.locator('.thread').first().waitFor()
    },
  },
  {
    name: 'chat-error',
    who: 'ada',
    path: '/chat',
    before: async (page) => page.route('**/api/chat', abort),
    ready: async (page) => {
      await page.getByRole('textbox', {name: 'Message'}).fill('what is due today?')
      await page.keyboard.press('Enter')
      await text('could not be reached')(page)
    },
  },
]

/** Every page, and every state that it can be in. */
export const STATES: readonly State[] = [...LISTS, ...DETAILS, ...CHATS, ...SETTINGS, ...ACCOUNTS]

/** Those that are looked at on the narrowest window, too. */
export const PAGES: readonly State[] = STATES.filter(({name}) =>
  /^(?:today|question|all-end|keys|task|task-changed|repeat-weekly|settings-\w+)$/u.test(name),
)
