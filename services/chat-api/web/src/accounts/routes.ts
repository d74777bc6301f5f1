import {lazyPage} from '../shell/lazy-page.ts'
import type {Route} from '../shell/router.ts'

/** Pages that stand alone: to sign in, to sign up, to reset a password, to let a device in. */
export const ACCOUNT_ROUTES: readonly Route[] = [
  {path: '/sign-in', place: 'bare', title: 'Sign in', page: lazyPage(async () => import('./sign-in-page.tsx'))},
  {
    path: '/sign-up',
    place: 'bare',
    title: 'Create your account',
    page: lazyPage(async () => import('./sign-up-page.tsx')),
  },
  {
    path: '/forgot-password',
    place: 'bare',
    title: 'Forgot password',
    page: lazyPage(async () => import('./forgot-page.tsx')),
  },
  {
    path: '/reset-password',
    place: 'bare',
    title: 'New password',
    page: lazyPage(async () => import('./reset-page.tsx')),
  },
  {path: '/device', place: 'bare', title: 'Sign a device in', page: lazyPage(async () => import('./device-page.tsx'))},
]
