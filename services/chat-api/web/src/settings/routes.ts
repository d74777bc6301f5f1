import {lazyPage} from '../shell/lazy-page.ts'
import type {Route} from '../shell/router.ts'

const page = lazyPage(async () => import('./settings-page.tsx'))

/** Pages of the settings, with the navigation beside them. */
export const SETTINGS_ROUTES: readonly Route[] = [
  {path: '/settings', place: 'list', title: 'Settings', page},
  {path: '/settings/:section', place: 'list', title: 'Settings', page},
]
