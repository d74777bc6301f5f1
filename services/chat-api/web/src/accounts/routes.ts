import type {Route} from '../shell/router.ts'

/** Pages that stand alone: to sign in, to sign up, to reset a password, to let a device in. */
export const ACCOUNT_ROUTES: readonly Route[] = []
