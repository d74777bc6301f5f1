import {lazyPage} from '../shell/lazy-page.ts'
import type {Route} from '../shell/router.ts'

/** `/chat`: a page on a narrow window; on a wide one the chat stands beside the list. */
export const CHAT_ROUTES: readonly Route[] = [
  {path: '/chat', place: 'list', title: 'Chat', page: lazyPage(async () => import('./chat-page.tsx'))},
]
