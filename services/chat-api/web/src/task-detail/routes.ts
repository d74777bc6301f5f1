import {lazyPage} from '../shell/lazy-page.ts'
import type {Route} from '../shell/router.ts'

/** `/tasks/:id`: what is known of one task, beside the list. */
export const TASK_ROUTES: readonly Route[] = [
  {path: '/tasks/:id', place: 'pane', title: 'Task', page: lazyPage(async () => import('./task-page.tsx'))},
]
