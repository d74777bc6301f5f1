import {type RefObject, useEffect} from 'react'

/**
 * A button that does its work may go with it: the focus stays with its task then, or with the conversation, so that keys go
 * on working from there. Nothing moves the focus of somebody who is elsewhere.
 */
export function useLogFocus(place: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const log = place.current
    if (!log) return
    let isWithin = false
    let card: Element | null = null
    const came = ({target}: FocusEvent): void => {
      isWithin = true
      card = (target as Element).closest('[data-card]')
    }
    const went = ({target, relatedTarget}: FocusEvent): void => {
      // Whoever presses beside everything has left; of what was removed some browsers tell, too.
      if (relatedTarget !== null || (target as Element).isConnected) isWithin = false
    }
    const changed = new MutationObserver(() => {
      if (!isWithin || document.activeElement !== document.body) return
      const next = card?.isConnected ? card.querySelector<HTMLElement>('button') : null
      ;(next ?? log).focus()
    })
    log.addEventListener('focusin', came)
    log.addEventListener('focusout', went)
    changed.observe(log, {childList: true, subtree: true})
    return () => {
      log.removeEventListener('focusin', came)
      log.removeEventListener('focusout', went)
      changed.disconnect()
    }
  }, [place])
}
