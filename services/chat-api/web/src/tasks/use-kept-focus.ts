import {type FocusEvent, type RefObject, useEffect, useRef, useState} from 'react'

/**
 * The focus stays in the list when the row that had it goes, as after a change in another window: the row in its place
 * gets it. Nothing moves the focus of somebody who is elsewhere.
 */
export function useKeptFocus(list: RefObject<HTMLUListElement | null>) {
  const [index, setIndex] = useState<number | undefined>(undefined)
  /** Set while the focus is in the list, also when the element that had it is gone. */
  const kept = useRef<number | undefined>(undefined)

  useEffect(() => {
    const at = kept.current
    if (at === undefined || document.activeElement !== document.body) return
    const checks = [...(list.current?.querySelectorAll<HTMLElement>('[data-index] [data-row-check]') ?? [])]
    const next = checks.find((check) => Number(check.closest<HTMLElement>('[data-index]')!.dataset['index']) >= at)
    const heir = next ?? checks.at(-1)
    if (heir) heir.focus()
    else kept.current = undefined
  })

  return {
    index,
    onFocus: (event: FocusEvent): void => {
      const line = event.target.closest<HTMLElement>('[data-index]')
      kept.current = line ? Number(line.dataset['index']) : undefined
      setIndex(kept.current)
    },
    onBlur: (event: FocusEvent): void => {
      // An element that is removed has no heir to its focus; then the place is kept.
      if (event.relatedTarget === null && !document.contains(event.target)) return
      if (list.current?.contains(event.relatedTarget)) return
      if (event.relatedTarget === null && document.hasFocus() && document.activeElement === document.body) {
        // Removed by React: told before it is gone. A press on empty ground is alike, and then nothing is lost.
        return
      }
      kept.current = undefined
      setIndex(undefined)
    },
  }
}
