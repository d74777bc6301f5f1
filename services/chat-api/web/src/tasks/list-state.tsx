import type {ReactNode} from 'react'
import {isSignedOut, sentenceOf} from '../api/api-error.ts'
import {Button} from '../ui/button.tsx'
import type {useTaskList} from './use-task-list.ts'

/** A list while it is read, when it could not be read, and as it is. */
export function ListState({
  list,
  children,
}: {
  readonly list: ReturnType<typeof useTaskList>
  readonly children: ReactNode
}) {
  if (list.data) return children
  if (list.error && !isSignedOut(list.error))
    return (
      <div className="list-empty" role="alert">
        <p>{sentenceOf(list.error)}</p>
        <Button onPress={() => void list.refetch()}>Try again</Button>
      </div>
    )
  return (
    <output className="skeleton">
      <span className="visually-hidden">The list is being read.</span>
      {['1', '2', '3', '4', '5'].map((line) => (
        <span key={line} className="skeleton-line" />
      ))}
    </output>
  )
}
