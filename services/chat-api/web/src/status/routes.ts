import {lazyPage} from '../shell/lazy-page.ts'
import type {Route} from '../shell/router.ts'

/** How todo5 is, for its operators. */
export const STATUS_ROUTES: readonly Route[] = [
  {path: '/status', place: 'list', title: 'Status', page: lazyPage(async () => import('./status-page.tsx'))},
]
