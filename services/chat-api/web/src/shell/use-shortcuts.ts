import {useEffect, useState} from 'react'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {showChat} from '../chat/chat-open.ts'
import {closeTask, deleteTask, editTask, inQuotes, snoozeTask, undoLast} from '../tasks/task-actions.ts'
import {knownTask} from '../tasks/task-cache.ts'
import {navigate} from './router.ts'
import {KeyReader, type Wish} from './shortcuts.ts'
import {areShortcutsOn} from './shortcut-switch.ts'

const PRIORITIES = ['no priority', 'low priority', 'medium priority', 'high priority']
const HOUR_SECONDS = 3600

/** The keys of the whole window; says whether the sheet of keys is open. */
export function useShortcuts(): {readonly isSheetOpen: boolean; readonly closeSheet: () => void} {
  const [isSheetOpen, setSheet] = useState(false)
  useEffect(() => {
    const keys = new KeyReader()
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || !areShortcutsOn()) return
      const target = event.target as HTMLElement
      const row = rowOf(target)
      const wish = keys.read(
        {
          key: event.key,
          hasModifier: event.ctrlKey || event.altKey || event.metaKey,
          isTyping: takesKeys(target),
          isOnTask: row !== null && target.matches('[data-row-check]'),
        },
        event.timeStamp,
      )
      if (!wish) return
      if (wish.do === 'sheet') setSheet(true)
      else if (!fulfil(wish, row)) return
      event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  return {isSheetOpen, closeSheet: () => setSheet(false)}
}

const rowOf = (element: HTMLElement): HTMLElement | null => element.closest<HTMLElement>('[data-task]')

/** Letters are typed there, or a menu or dialog has keys of its own. */
const takesKeys = (element: HTMLElement): boolean =>
  element.matches('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]') ||
  element.closest('[role=menu], [role=dialog], [role=alertdialog], [role=listbox]') !== null

/** False: there was nothing to do it to, and the key is the browser's. */
function fulfil(wish: Wish, row: HTMLElement | null): boolean {
  const task = row ? knownTask(Number(row.dataset['task'])) : undefined
  switch (wish.do) {
    case 'go':
      navigate(wish.to)
      return true
    case 'add':
      return focusOn('#quick-add')
    case 'search':
      if (!focusOn('#search')) navigate('/all')
      return true
    case 'chat':
      showChat()
      return true
    case 'next':
      return step(1, row)
    case 'previous':
      return step(-1, row)
    case 'undo':
      void undoLast()
      return true
    case 'back':
      return goBack()
    case 'sheet':
      return false
    case 'due':
    case 'repeat':
      return openAt(wish.do, task?.id)
    case 'open':
    case 'skip':
    case 'snooze':
    case 'delete':
    case 'priority':
      if (task) ofTask(wish, task)
      return task !== undefined
  }
}

/** The task of the row, or the one that is open, at the field. */
function openAt(field: 'due' | 'repeat', id: number | undefined): boolean {
  const path = id === undefined ? location.pathname : `/tasks/${id}`
  if (!path.startsWith('/tasks/')) return false
  navigate(`${path}#${field}`)
  return true
}

function ofTask(wish: Wish, task: TaskResponse): void {
  if (wish.do === 'open') navigate(`/tasks/${task.id}`)
  else if (wish.do === 'skip' && task.series_id !== null) void closeTask(task, 'skip')
  else if (wish.do === 'snooze') void snoozeTask(task, HOUR_SECONDS, '1 hour')
  else if (wish.do === 'delete') void deleteTask(task)
  else if (wish.do === 'priority') {
    const {priority} = wish
    void editTask(task, {priority}, `${inQuotes(task.title)}: ${PRIORITIES[priority]}.`)
  }
}

function focusOn(selector: string): boolean {
  const element = document.querySelector<HTMLElement>(selector)
  element?.focus()
  return element !== null
}

function step(by: 1 | -1, row: HTMLElement | null): boolean {
  const checks = [...document.querySelectorAll<HTMLElement>('[data-row-check]')]
  const at = row ? checks.indexOf(row.querySelector<HTMLElement>('[data-row-check]')!) : -1
  const next = at === -1 ? (by === 1 ? checks[0] : checks.at(-1)) : checks[at + by]
  next?.focus()
  next?.scrollIntoView({block: 'nearest'})
  return next !== undefined
}

/** Out of a box, or out of a task; its list has the focus then. */
function goBack(): boolean {
  const {activeElement} = document
  if (activeElement instanceof HTMLElement && activeElement.matches('input:not([type=checkbox])')) {
    activeElement.blur()
    return true
  }
  return false
}
