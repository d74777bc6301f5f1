import {useSyncExternalStore} from 'react'
import {navigate} from '../shell/router.ts'
import {leavePane} from '../task-detail/leave-pane.ts'

/** Whether the chat stands beside the list on a wide window; on a narrow one it is a page, /chat. */
const NAME = 'todo5-chat-open'
const NARROW = '(max-width: 719px)'

let isOpen = sessionStorage.getItem(NAME) !== null
let isFocusWanted = false
const listeners = new Set<() => void>()

function set(open: boolean): void {
  isOpen = open
  if (open) sessionStorage.setItem(NAME, 'yes')
  else sessionStorage.removeItem(NAME)
  for (const changed of listeners) changed()
}

/** Beside the list, or as a page; in place of the task that is open. The line to write in has the focus then. */
export function showChat(): void {
  if (matchMedia(NARROW).matches) return navigate('/chat')
  isFocusWanted = true
  set(true)
  if (location.pathname.startsWith('/tasks/')) leavePane()
}

/** The focus goes back to what opened it. */
export function hideChat(): void {
  set(false)
  document.querySelector<HTMLElement>('#chat-toggle')?.focus()
}

/** Beside the list, without taking the focus: the address said so. */
export const showChatQuietly = (): void => set(true)

/** Once after somebody opened it: not when the page was loaded with the chat open. */
export function takeFocusWish(): boolean {
  const wanted = isFocusWanted
  isFocusWanted = false
  return wanted
}

export const useChatOpen = (): boolean =>
  useSyncExternalStore(
    (changed) => {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    () => isOpen,
  )
