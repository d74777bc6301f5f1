import {useSyncExternalStore} from 'react'
import {announce} from './announcer.ts'

/** What has just happened, for a while at the foot of the window; with a way back when there is one. */
export interface Notice {
  readonly id: number
  readonly text: string
  readonly action?: {readonly label: string; readonly run: () => void} | undefined
}

/** Time to read it and to reach its button (WCAG 2.2.1: the list of changes stays in Undo for a day). */
const SHOWN_MS = 10_000

let current: Notice | undefined
let ids = 0
let timer: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()

function set(notice: Notice | undefined): void {
  current = notice
  for (const changed of listeners) changed()
}

/** Shows it in place of the one before, and says it. */
export function notify(text: string, action?: Notice['action']): void {
  clearTimeout(timer)
  ids++
  set({id: ids, text, action})
  timer = setTimeout(() => set(undefined), SHOWN_MS)
  announce(action ? `${text} ${action.label} is possible.` : text)
}

export function dismissNotice(): void {
  clearTimeout(timer)
  set(undefined)
}

/** While somebody points at it or has the focus in it. */
export function holdNotice(held: boolean): void {
  clearTimeout(timer)
  if (!held && current) timer = setTimeout(() => set(undefined), SHOWN_MS)
}

export const useNotice = (): Notice | undefined =>
  useSyncExternalStore(
    (changed) => {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    () => current,
  )
