import {useSyncExternalStore} from 'react'

/** As in shell.css: a pane is a page of its own below this width. */
const narrow = matchMedia('(max-width: 719px)')

export const useNarrow = (): boolean =>
  useSyncExternalStore(
    (changed) => {
      narrow.addEventListener('change', changed)
      return () => narrow.removeEventListener('change', changed)
    },
    () => narrow.matches,
  )
