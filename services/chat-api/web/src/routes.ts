import {ACCOUNT_ROUTES} from './accounts/routes.ts'
import {CHAT_ROUTES} from './chat/routes.ts'
import {SETTINGS_ROUTES} from './settings/routes.ts'
import {lazyPage} from './shell/lazy-page.ts'
import type {Route} from './shell/router.ts'
import {STATUS_ROUTES} from './status/routes.ts'
import {TASK_ROUTES} from './task-detail/routes.ts'

const listPage = async () => import('./tasks/pages.tsx')

/** All pages; chat-api serves the app at each of these paths (services/chat-api/routes/web-app.ts). */
export const ROUTES: readonly Route[] = [
  {path: '/', place: 'list', title: 'Today', page: lazyPage(async () => ({default: (await listPage()).TodayPage}))},
  {
    path: '/upcoming',
    place: 'list',
    title: 'Upcoming',
    page: lazyPage(async () => ({default: (await listPage()).UpcomingPage})),
  },
  {
    path: '/all',
    place: 'list',
    title: 'All tasks',
    page: lazyPage(async () => ({default: (await listPage()).AllPage})),
  },
  ...TASK_ROUTES,
  ...CHAT_ROUTES,
  ...SETTINGS_ROUTES,
  ...STATUS_ROUTES,
  ...ACCOUNT_ROUTES,
]
