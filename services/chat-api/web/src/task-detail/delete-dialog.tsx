import {useState} from 'react'
import type {Scope} from '../../../../contracts/scope.ts'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {sentenceOf} from '../api/api-error.ts'
import {Button} from '../ui/button.tsx'
import {Dialog} from '../ui/dialog.tsx'
import {isOpen as isOpenTask} from './draft.ts'
import {removeTask} from './save-task.ts'
import {useSeries} from './task-queries.ts'

export interface DeleteDialogProps {
  readonly task: TaskResponse
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly onDeleted: () => void
}

/** Of a series it asks how much; everything can be undone. */
export function DeleteDialog({task, isOpen, onClose, onDeleted}: DeleteDialogProps) {
  const {data: series} = useSeries(task)
  const [problem, setProblem] = useState<unknown>(null)
  const remove = async (scope: Scope | null): Promise<void> => {
    try {
      await removeTask(task, scope)
      onClose()
      onDeleted()
    } catch (error) {
      setProblem(error)
    }
  }
  const repeats = task.series_id !== null
  const done = series?.statistics.done ?? 0
  return (
    <Dialog
      role="alertdialog"
      title={repeats ? 'Delete from the series?' : 'Delete the task?'}
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <>
          {/* oxlint-disable-next-line jsx-a11y/no-autofocus -- the harmless answer has the focus */}
          <Button autoFocus onPress={onClose}>
            Keep
          </Button>
          {!repeats && (
            <Button look="danger" onPress={() => void remove(null)}>
              Delete
            </Button>
          )}
        </>
      }
    >
      <p>
        “{task.title}”. {repeats ? 'You can undo it for a day.' : 'You can undo this for a day.'}
      </p>
      {repeats && (
        <ul className="delete-choices">
          {isOpenTask(task) && (
            <li>
              <Button onPress={() => void remove('this')}>Only this one</Button>
              <span className="detail-quiet">It is skipped, the next one comes.</span>
            </li>
          )}
          <li>
            <Button look="danger" onPress={() => void remove('following')}>
              This and later
            </Button>
            <span className="detail-quiet">
              The series ends. {done === 1 ? 'The 1 done one stays.' : `The ${done} done ones stay.`}
            </span>
          </li>
          <li>
            <Button look="danger" onPress={() => void remove('all')}>
              The whole series
            </Button>
            <span className="detail-quiet">{done === 0 ? 'Nothing of it is done yet.' : `Also the ${done} done.`}</span>
          </li>
        </ul>
      )}
      {problem !== null && (
        <p className="detail-problem" role="alert">
          {sentenceOf(problem)}
        </p>
      )}
    </Dialog>
  )
}
