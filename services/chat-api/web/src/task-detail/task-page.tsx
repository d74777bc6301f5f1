import './task-detail.css'
import {X} from 'lucide-react'
import {useEffect} from 'react'
import {ApiError, sentenceOf} from '../api/api-error.ts'
import {Button, IconButton} from '../ui/button.tsx'
import {leavePane} from './leave-pane.ts'
import {TaskForm} from './task-form.tsx'
import {useTask} from './task-queries.ts'

/** `/tasks/:id` */
export default function TaskPage({params}: {params: Readonly<Record<string, string>>}) {
  const id = Number(params['id'])
  const {data: task, error, refetch} = useTask(id)
  useEscape(leavePane)
  if (task) return <TaskForm key={task.id} task={task} />
  return (
    <div className="detail">
      <div className="detail-bar">
        <IconButton icon={X} label="Close" onPress={leavePane} />
      </div>
      {error && <Missing error={error} again={() => void refetch()} />}
    </div>
  )
}

function Missing({error, again}: {error: Error; again: () => void}) {
  const isGone = error instanceof ApiError && error.status === 404
  return (
    <div className="detail-body" role="alert">
      <h1 className="detail-missing">{isGone ? 'This task is not there any more' : 'The task could not be read'}</h1>
      <p>{isGone ? 'It was deleted, or the address is another one.' : sentenceOf(error)}</p>
      <div>
        {isGone ? <Button onPress={leavePane}>Back to the list</Button> : <Button onPress={again}>Try again</Button>}
      </div>
    </div>
  )
}

/** Out of a field first. */
function leaveField(): boolean {
  const {activeElement} = document
  const isInField = activeElement instanceof HTMLElement && activeElement.matches('input, textarea, select')
  if (isInField) activeElement.blur()
  return isInField
}

/** Escape leads back; not out of a dialog, a menu or a list of the browser, which are closed by it first. */
function useEscape(leave: () => void): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return
      if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]')) return
      event.preventDefault()
      if (!leaveField()) leave()
    }
    document.addEventListener('keydown', pressed)
    return () => document.removeEventListener('keydown', pressed)
  }, [leave])
}
