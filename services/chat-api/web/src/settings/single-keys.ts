import {useSyncExternalStore} from 'react'

/** Whether single letters are shortcuts (WCAG 2.1.4: they can be switched off). Kept by the device, whose keyboard it is. */
const NAME = 'todo5:single-keys'
const CHANGED = 'todo5:single-keys-changed'

/** A browser that keeps nothing has them on, until the page is left. */
let remembered = true

export function singleKeysAreOn(): boolean {
  try {
    return localStorage.getItem(NAME) !== 'off'
  } catch {
    return remembered
  }
}

export function setSingleKeys(on: boolean): void {
  remembered = on
  try {
    localStorage.setItem(NAME, on ? 'on' : 'off')
  } catch {
    // Site data is blocked: it holds for this page.
  }
  dispatchEvent(new Event(CHANGED))
}

export const useSingleKeys = (): boolean =>
  useSyncExternalStore((changed) => {
    addEventListener(CHANGED, changed)
    addEventListener('storage', changed)
    return () => {
      removeEventListener(CHANGED, changed)
      removeEventListener('storage', changed)
    }
  }, singleKeysAreOn)
