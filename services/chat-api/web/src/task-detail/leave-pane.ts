import {navigate} from '../shell/router.ts'

interface WithNavigation {
  readonly navigation?: {readonly currentEntry: {readonly index: number} | null}
}

/** Back to the list from which the task was opened; to Today when it was opened by its address. */
export function leavePane(): void {
  const {navigation} = globalThis as WithNavigation
  if ((navigation?.currentEntry?.index ?? 0) > 0) history.back()
  else navigate('/')
}
