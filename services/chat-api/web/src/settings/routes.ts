import type {Route} from '../shell/router.ts'

/** Pages of the settings, with the navigation beside them. */
export const SETTINGS_ROUTES: readonly Route[] = []
