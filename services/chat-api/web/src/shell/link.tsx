import type {AnchorHTMLAttributes, MouseEvent} from 'react'
import {navigate} from './router.ts'

export interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly href: string
}

/** A link to a page of the app: without loading it anew, and as any link with a modifier key or the middle button. */
export function Link({onClick, ...props}: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event)
    const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0
    if (event.defaultPrevented || elsewhere) return
    event.preventDefault()
    navigate(props.href)
  }
  // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions, jsx-a11y/anchor-has-content -- an anchor with an address: Enter is a click; its content is among the props
  return <a {...props} onClick={follow} />
}
